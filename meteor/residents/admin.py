"""The administrator's pages about who leads which RT."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select, true
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from meteor.accounts.models import User
from meteor.accounts.rules import user_named
from meteor.residents import blueprint, leaderships
from meteor.residents.models import Leadership
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory.forms import AreaForm
from meteor.territory.models import Kecamatan, Kelurahan, Rt, Rw
from meteor.web.access import asks_password, open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


class LeaderForm(AreaForm):
    username = StringField(_l("User name or phone number"), [DataRequired(_l("Enter the user name or phone number."))])


@blueprint.get("/admin/rt-leaders")
@open_to("admin")
def leaders() -> str:
    asked = request.args.get("kecamatan", "")
    page = listing(
        select(Leadership).join(User).join(Rt).join(Rw).join(Kelurahan).join(Kecamatan)
        .where(Kecamatan.code == asked if asked else true()),
        sorts={"name": User.name, "kelurahan": Kelurahan.name, "rw": Rw.number, "rt": Rt.number},
        search=(User.name, User.username, User.phone, Kelurahan.name), filters=("kecamatan",),
    )  # fmt: skip
    return render_template(
        "residents/admin/leaders.html", page=page, coverage=leaderships.coverage(), role=leaderships.ROLE,
        kecamatan=db.session.scalars(select(Kecamatan).order_by(Kecamatan.name)).all(),
    )  # fmt: skip


@blueprint.route("/admin/rt-leaders/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_leader() -> Answer:
    form = LeaderForm(request.form)
    chooses = "choose" in request.form  # the button of a browser without scripts: only show the RT
    if request.method == "POST" and not chooses and form.validate() and _is_appointed(form):
        return redirect(url_for(".leaders"))
    return render_template("residents/admin/leader_new.html", form=form), 422 if form.errors else 200


@blueprint.route("/admin/rt-leaders/<int:user_id>", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def leader(user_id: int) -> Answer:
    known = get_or_404(Leadership, user_id)
    before = {"rt": known.rt_id}
    form = AreaForm(request.form or None, data=before)
    ready = request.method == "POST" and "choose" not in request.form and form.validate()
    if ready and not changed_meanwhile(form, before):
        leaderships.move(known, form.home_rt, current_user)
        return _done(_("%(name)s leads %(rt)s now.", name=known.user.name, rt=known.rt.label))
    page = render_template("residents/admin/leader.html", known=known, form=form, version=version_of(before))
    return page, 422 if form.errors else 200


@blueprint.post("/admin/rt-leaders/<int:user_id>/dismissal")
@open_to("admin")
@asks_password
def dismiss_leader(user_id: int) -> Answer:
    known = get_or_404(Leadership, user_id)
    name, rt = known.user.name, known.rt.label
    leaderships.dismiss(known, current_user)
    return _done(_("%(name)s leads %(rt)s no more.", name=name, rt=rt))


def _is_appointed(form: LeaderForm) -> bool:
    """Let the chosen user lead the chosen RT; otherwise the form says why not."""
    known = user_named(form.username.data)
    if known is None:
        form.username.errors = [*form.username.errors, _("There is no such user.")]
        return False
    person = get_or_404(User, known.id)
    try:
        leaderships.appoint(person, form.home_rt, current_user)
    except leaderships.Leads as leads:
        message = _("%(name)s leads %(rt)s already. Change it on the leader's page.", name=person.name, rt=leads)
        form.username.errors = [*form.username.errors, message]
        return False
    db.session.commit()
    flash(_("%(name)s leads %(rt)s now.", name=person.name, rt=form.home_rt.label))
    return True


def _done(message: str) -> Response:
    db.session.commit()
    flash(message)
    return redirect(url_for(".leaders"))
