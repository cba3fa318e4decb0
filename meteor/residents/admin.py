"""The administrator's pages about who leads which RT."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select, true
from wtforms import StringField
from wtforms.validators import DataRequired

from meteor.accounts.models import User
from meteor.accounts.rules import user_named
from meteor.residents import blueprint, leaderships
from meteor.residents.models import Leadership
from meteor.territory import areas
from meteor.territory.forms import AreaForm
from meteor.territory.models import Kecamatan, Kelurahan, Rt, Rw
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing


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
        kecamatan=areas.kecamatan_names(),
    )  # fmt: skip


@blueprint.route("/admin/rt-leaders/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_leader() -> Answer:
    form = LeaderForm(request.form)
    if not _only_chooses() and ready(form, {}) and (person := _appointed(form)):
        return _done(_("%(name)s leads %(rt)s now.", name=person.name, rt=form.home_rt.label))
    return form_page("residents/admin/leader_new.html", form, {})


@blueprint.route("/admin/rt-leaders/<int:user_id>", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def leader(user_id: int) -> Answer:
    known = get_or_404(Leadership, user_id)
    before = {"rt": known.rt_id}
    form = AreaForm(request.form or None, data=before)
    if not _only_chooses() and ready(form, before):
        leaderships.move(known, form.home_rt, current_user)
        return _done(_("%(name)s leads %(rt)s now.", name=known.user.name, rt=known.rt.label))
    return form_page("residents/admin/leader.html", form, before, known=known)


@blueprint.post("/admin/rt-leaders/<int:user_id>/dismissal")
@open_to("admin")
@asks_password
def dismiss_leader(user_id: int) -> Answer:
    known = get_or_404(Leadership, user_id)
    name, rt = known.user.name, known.rt.label
    leaderships.dismiss(known, current_user)
    return _done(_("%(name)s leads %(rt)s no more.", name=name, rt=rt))


def _only_chooses() -> bool:
    """Return whether only the RT of the kelurahan are asked for, as without scripts."""
    return "choose" in request.form


def _appointed(form: LeaderForm) -> User | None:
    """Let the chosen user lead the chosen RT. None if the form says why not."""
    known = user_named(form.username.data)
    if known is None:
        refuse(form.username, _("There is no such user."))
        return None
    person = get_or_404(User, known.id)
    try:
        leaderships.appoint(person, form.home_rt, current_user)
    except leaderships.Leads as leads:
        words = _("%(name)s leads %(rt)s already. Change it on the leader's page.", name=person.name, rt=leads)
        refuse(form.username, words)
        return None
    return person


def _done(message: str) -> Answer:
    return done(message, url_for(".leaders"))
