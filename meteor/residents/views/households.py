"""One home of the RT: its people, its address, and the position of its door."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from meteor.residents import blueprint, rules
from meteor.residents.forms import HouseholdForm
from meteor.residents.views.own import leader, own_household, typed
from meteor.store.database import db
from meteor.web.access import open_to


@blueprint.get("/households/<uuid:household_id>")
@open_to("rt_leader")
def household(household_id: UUID) -> str:
    home = own_household(household_id)
    people = sorted(home.residents, key=lambda one: (one.moved_out_on is not None, one.created_at, one.name))
    return render_template("residents/household.html", home=home, people=people)


@blueprint.route("/households/<uuid:household_id>/edit", methods=["GET", "POST"])
@open_to("rt_leader")
def edit_household(household_id: UUID) -> Response | str | tuple[str, int]:
    home = own_household(household_id)
    form = HouseholdForm.correcting(home, typed())
    if request.method == "GET":
        return render_template("residents/household_edit.html", form=form, home=home)
    if not form.validate():
        return render_template("residents/household_edit.html", form=form, home=home), 422
    rules.edit_household(home, form.address.value, form.door, leader())
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for(".household", household_id=household_id))
