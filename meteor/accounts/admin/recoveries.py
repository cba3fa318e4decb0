"""The administrator's pages about recovery requests: which are open, and the administrator's answer."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select, true
from werkzeug.wrappers import Response

from meteor.accounts import blueprint, phone_numbers, recoveries
from meteor.accounts.labels import OUTCOMES
from meteor.accounts.models import RecoveryRequest, User
from meteor.accounts.user_forms import ReasonForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import asks_password, open_to
from meteor.web.edits import get_or_404
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


@blueprint.get("/admin/recoveries")
@open_to("admin")
def recovery_requests() -> str:
    states = {"open": RecoveryRequest.ended_at.is_(None), "ended": RecoveryRequest.ended_at.is_not(None)}
    statement = select(RecoveryRequest).join(User, User.id == RecoveryRequest.user_id)
    listed = listing(
        statement.where(states.get(request.args.get("state", ""), true())),
        sorts={"requested": RecoveryRequest.requested_at, "name": User.name}, sort="-requested",
        search=(User.name, User.username, User.phone), filters=("state",),
    )  # fmt: skip
    return render_template("accounts/admin/recoveries.html", page=listed, outcomes=OUTCOMES)


@blueprint.get("/admin/recoveries/<int:request_id>")
@open_to("admin")
def recovery_request(request_id: int) -> Answer:
    return _page(get_or_404(RecoveryRequest, request_id))


@blueprint.post("/admin/recoveries/<int:request_id>/approval")
@open_to("admin")
@asks_password
def approve_recovery(request_id: int) -> Answer:
    asked, form = get_or_404(RecoveryRequest, request_id), ReasonForm(request.form, prefix="approval-")
    if not form.validate():
        return _page(asked, approval=form)
    try:
        recoveries.approve(asked, form.reason.data or "", current_user, now())
    except recoveries.TooEarly:
        return _refused(request_id, _("The owner has 24 hours to answer. Until then the request can only be refused."))
    except recoveries.Ended:
        return _refused(request_id, _ended())
    except recoveries.OtherRole:
        return _refused(request_id, _("The account is disabled or has other roles than citizen. Refuse the request."))
    except phone_numbers.PhoneTaken:
        return _refused(request_id, _("Another account has this number by now. Refuse the request."))
    return _done(_("The account has the new number and password. All its devices are signed out."))


@blueprint.post("/admin/recoveries/<int:request_id>/refusal")
@open_to("admin")
@asks_password
def reject_recovery(request_id: int) -> Answer:
    asked, form = get_or_404(RecoveryRequest, request_id), ReasonForm(request.form, prefix="refusal-")
    if not form.validate():
        return _page(asked, refusal=form)
    try:
        recoveries.reject(asked, form.reason.data or "", current_user, now())
    except recoveries.Ended:
        return _refused(request_id, _ended())
    return _done(_("The request was refused. The account stays as it was."))


def _page(asked: RecoveryRequest, **forms: ReasonForm) -> Answer:
    fresh = {"approval": ReasonForm(prefix="approval-"), "refusal": ReasonForm(prefix="refusal-")}
    ready: dict[str, Any] = {**fresh, **forms}
    shown = render_template(
        "accounts/admin/recovery.html", asked=asked, outcomes=OUTCOMES,
        may_approve=recoveries.may_approve(asked, now()),
        earliest=asked.requested_at + recoveries.WAIT, ends=asked.requested_at + recoveries.LASTS, **ready,
    )  # fmt: skip
    return shown, 422 if any(form.errors for form in forms.values()) else 200


def _refused(request_id: int, why: str) -> Response:
    db.session.rollback()
    flash(why, "error")
    return redirect(url_for(".recovery_request", request_id=request_id), 303)


def _done(message: str) -> Response:
    db.session.commit()
    flash(message)
    return redirect(url_for(".recovery_requests"))


def _ended() -> str:
    return _("This request was answered before, or has expired. Nothing changed now.")
