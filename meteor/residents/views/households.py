"""One home of the RT: its people, its address, and the position of its door."""

from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext as _

from meteor.residents import blueprint, rules
from meteor.residents.forms import HouseholdForm, home_values
from meteor.residents.views.own import leader, own_household, typed
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, ready


@blueprint.get("/households/<uuid:household_id>")
@open_to("rt_leader")
def household(household_id: UUID) -> str:
    home = own_household(household_id)
    people = sorted(home.residents, key=lambda one: (one.moved_out_on is not None, one.created_at, one.name))
    return render_template("residents/household.html", home=home, people=people)


@blueprint.route("/households/<uuid:household_id>/edit", methods=["GET", "POST"])
@open_to("rt_leader")
def edit_household(household_id: UUID) -> Answer:
    home = own_household(household_id)
    form, before = HouseholdForm.correcting(home, typed()), home_values(home)
    if ready(form, before):
        rules.edit_household(home, form.address.value, form.door, leader())
        return done(_("Saved."), url_for(".household", household_id=household_id))
    return form_page("residents/household_edit.html", form, before, home=home)
