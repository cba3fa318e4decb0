"""The administrator's pages about which officer works for which agency."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, true

from meteor.accounts.models import User
from meteor.accounts.rules import user_named
from meteor.agencies import blueprint, fleet, membership
from meteor.agencies.fleet_forms import MemberForm, NewMemberForm
from meteor.agencies.models import Agency, Member
from meteor.agencies.rules import OnDuty, shift_of
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.edits import Answer, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing


@blueprint.get("/admin/members")
@open_to("admin")
def members() -> str:
    asked = request.args.get("agency", "")
    page = listing(
        select(Member).join(User).join(Agency).where(Agency.code == asked if asked else true()),
        sorts={"name": User.name, "agency": Agency.name}, search=(User.name, User.username, Agency.name),
        filters=("agency",),
    )  # fmt: skip
    on_duty = membership.on_duty([member.user_id for member in page.rows])
    agencies = {one.code: one.name for one in fleet.agencies()}
    return render_template("agencies/admin/members.html", page=page, agencies=agencies, on_duty=on_duty)


@blueprint.route("/admin/members/new", methods=["GET", "POST"])
@open_to("admin")
def new_member() -> Answer:
    form = NewMemberForm.offering(fleet.agencies(), formdata=request.form or None)
    if ready(form, {}):
        known = user_named(form.username.data)
        person = get_or_404(User, known.id) if known else None
        if person is None:
            refuse(form.username, _("There is no such user."))
        elif _is_set(person, form):
            return redirect(url_for(".members"))
    return form_page("agencies/admin/member_new.html", form, {})


@blueprint.route("/admin/members/<int:user_id>", methods=["GET", "POST"])
@open_to("admin")
def member(user_id: int) -> Answer:
    person = get_or_404(User, user_id)
    agency = membership.agency_of(person)
    before = {"agency_id": agency.id if agency else 0}
    form = MemberForm.offering(fleet.agencies(), formdata=request.form or None, data=before)
    if ready(form, before) and _is_set(person, form):
        return redirect(url_for(".members"))
    return form_page("agencies/admin/member.html", form, before, person=person, shift=shift_of(person))


@blueprint.get("/admin/members/<int:user_id>/card")
@open_to("admin")
def member_card(user_id: int) -> str:
    """An officer's agency and duty, as the page of the user shows them."""
    person = get_or_404(User, user_id)
    return render_template(
        "agencies/admin/_member_card.html", person=person, agency=membership.agency_of(person), shift=shift_of(person)
    )  # fmt: skip


def _is_set(person: User, form: MemberForm) -> bool:
    """Let the person work for the chosen agency; otherwise the form says why not."""
    agency = db.session.get(Agency, form.agency_id.data) if form.agency_id.data else None
    try:
        membership.set_agency(person, agency, current_user)
    except membership.NotAnOfficer:
        form.form_errors.append(
            _("%(name)s has not the role “Officer”. Give it on the user's page first.", name=person.name)
        )
        return False
    except OnDuty as duty:
        form.form_errors.append(
            _("%(name)s is on duty on %(unit)s. End that shift first.", name=person.name, unit=duty)
        )
        return False
    db.session.commit()
    name = agency.name if agency else _("no agency")
    flash(_("%(person)s works for %(agency)s now.", person=person.name, agency=name))
    return True
