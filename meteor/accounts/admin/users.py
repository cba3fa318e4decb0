"""The administrator's pages about users: who they are, what they may do, and whether they are let in."""

from typing import Any

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import func, select, true
from wtforms import Form

from meteor.accounts import blueprint, records, recoveries, second_factors
from meteor.accounts.models import User, UserRole
from meteor.accounts.user_forms import ROLE_NAMES, ReasonForm, SuspensionForm, UserForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing


@blueprint.get("/admin/users")
@open_to("admin")
def users() -> str:
    states = {
        "active": User.active,
        "disabled": ~User.active,
        "invited": User.password_hash.is_(None),
        "suspended": User.suspended_until > now(),
    }
    statement = select(User).where(states.get(request.args.get("state", ""), true()))
    if role := request.args.get("role"):
        statement = statement.where(User.id.in_(select(UserRole.user_id).where(UserRole.role == role)))
    page = listing(
        statement, sorts={"name": User.name, "username": User.username, "created": User.created_at},
        search=(User.name, User.username, User.phone, func.replace(User.phone, "+62", "0")), filters=("role", "state"),
    )  # fmt: skip
    return render_template("accounts/admin/users.html", page=page, role_names=ROLE_NAMES)


@blueprint.route("/admin/users/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_user() -> Answer:
    form = UserForm(request.form)
    if ready(form, {}):
        try:
            user, token = records.add(form.values, current_user)
        except records.NotUnique as taken:
            refuse(form[taken.field], _("Another user has this already."))
        else:
            db.session.commit()
            return invitation_page(user, token, url_for(".user", user_id=user.id))
    return form_page("accounts/admin/user_new.html", form, {})


@blueprint.route("/admin/users/<int:user_id>", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def user(user_id: int) -> Answer:
    person = _find(user_id)
    before = records.values_of(person)
    form = UserForm(request.form or None, data=before)
    if ready(form, before):
        try:
            waits = records.change(person, form.values, current_user, form.phone_reason.data or "")
        except records.NotUnique as taken:
            refuse(form[taken.field], _("Another user has this already."))
        except records.LastAdmin:
            refuse(form.roles, _last_admin())
        except records.ReasonNeeded:
            refuse(form.phone_reason, _("Give the reason. The owner of the account reads it."))
        except recoveries.Waiting:
            refuse(form.phone, _("Another change of this account waits for its owner. End that request first."))
        else:
            answer = _done(person, _("The changes are saved."))
            if waits:
                flash(
                    _("The owner is asked about the new number. It applies after 24 hours unless they answer before.")
                )
            return answer
    return _page(person, form=form)


@blueprint.post("/admin/users/<int:user_id>/disabling")
@open_to("admin")
@asks_password
def disable_user(user_id: int) -> Answer:
    person = _find(user_id)
    try:
        records.disable(person, current_user)
    except records.LastAdmin:
        flash(_last_admin(), "error")
        return redirect(url_for(".user", user_id=user_id))
    return _done(person, _("%(name)s can no longer sign in.", name=person.name))


@blueprint.post("/admin/users/<int:user_id>/enabling")
@open_to("admin")
@asks_password
def enable_user(user_id: int) -> Answer:
    person = _find(user_id)
    records.enable(person, current_user)
    return _done(person, _("%(name)s can sign in again.", name=person.name))


@blueprint.post("/admin/users/<int:user_id>/sessions-end")
@open_to("admin")
@asks_password
def end_sessions(user_id: int) -> Answer:
    person = _find(user_id)
    records.end_sessions(person, current_user)
    return _done(person, _("%(name)s is signed out on every device.", name=person.name))


@blueprint.post("/admin/users/<int:user_id>/invitation")
@open_to("admin")
@asks_password
def invite(user_id: int) -> Answer:
    person = _find(user_id)
    token = records.invite(person, current_user)
    db.session.commit()
    return invitation_page(person, token, url_for(".user", user_id=user_id))


@blueprint.post("/admin/users/<int:user_id>/suspension")
@open_to("admin")
def suspend(user_id: int) -> Answer:
    person, form = _find(user_id), SuspensionForm(request.form)
    if not form.validate():
        return _page(person, suspension=form)
    records.suspend(person, form.ends_at, form.reason.data or "", current_user)
    return _done(person, _("Alerts of %(name)s go to a call-taker first.", name=person.name))


@blueprint.post("/admin/users/<int:user_id>/suspension-end")
@open_to("admin")
def lift_suspension(user_id: int) -> Answer:
    person, form = _find(user_id), ReasonForm(request.form, prefix="lifting-")
    if not form.validate():
        return _page(person, lifting=form)
    records.lift_suspension(person, form.reason.data or "", current_user)
    return _done(person, _("Alerts of %(name)s go to a unit at once again.", name=person.name))


def _find(user_id: int) -> User:
    return get_or_404(User, user_id)


def _done(person: User, message: str) -> Answer:
    return done(message, url_for(".user", user_id=person.id))


def _page(person: User, **forms: Any) -> Answer:
    """The user's page with the forms that were posted; the others as they begin."""
    values = records.values_of(person)
    fresh: dict[str, Form] = {
        "form": UserForm(data=values),
        "suspension": SuspensionForm(),
        "lifting": ReasonForm(prefix="lifting-"),
    }
    ready = fresh | forms
    page = render_template(
        "accounts/admin/user.html", person=person, version=version_of(values),
        suspended=records.is_suspended(person), asked=recoveries.of_user(person, now()),
        has_second_factor=second_factors.is_set_up(person), reset=ReasonForm(prefix="reset-"), **ready,
    )  # fmt: skip
    return page, 422 if any(form.errors for form in ready.values()) else 200


def invitation_page(person: User, token: str, done: str) -> Answer:
    """The page with the invitation's link, and the way on. It is in no other answer: only its hash is kept."""
    link = url_for("accounts.invitation", token=token, _external=True)
    code = Markup(segno.make(link, error="m").svg_inline(scale=6, light="#fff", border=3))  # noqa: S704  (our own SVG)
    return render_template("accounts/admin/invitation.html", person=person, link=link, code=code, done=done), 201


def _last_admin() -> str:
    return _("This is the last administrator who can sign in. Make another user administrator first.")
