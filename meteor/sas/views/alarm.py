"""The page of an alarm for its premises: dark and silent."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import ROLES
from meteor.alerts import followup, limits
from meteor.alerts.models import Alert
from meteor.dispatch.response import response_to
from meteor.incidents.labels import OUTCOMES
from meteor.incidents.models import Escalation
from meteor.incidents.rules import AlreadyClosed
from meteor.sas import blueprint, cancelling, history
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import open_to
from meteor.web.form_keys import idempotent_form
from meteor.web.polling import fragment
from meteor.web.pools import urgent


@blueprint.get("/sas/alarms/<uuid:alert_id>")
@open_to(*ROLES)
@urgent
def alarm(alert_id: UUID) -> str:
    return render_template("sas/alarm.html", **_shown(_own(alert_id)))


@blueprint.get("/sas/alarms/<uuid:alert_id>/status")
@open_to(*ROLES)
@urgent
def status(alert_id: UUID) -> Response:
    """The state of the response, polled."""
    shown = _shown(_own(alert_id))
    return fragment(shown["response"].version, lambda: render_template("sas/_own_alarm.html", **shown))


@blueprint.post("/sas/alarms/<uuid:alert_id>/notes")
@open_to(*ROLES)
@urgent
@idempotent_form("/sas/alarms/{alert_id}".format)
def note(alert_id: UUID) -> Response:
    """A note to the command centre. An empty one is no reason for an error in front of a robber."""
    own = _own(alert_id)
    text = request.form.get("note", "").strip()
    if text:
        _count(limits.NOTES)
        followup.add_note(own, text, now(), current_user)
        db.session.commit()
        flash(_("Sent."))
    return _back_to(own)


@blueprint.get("/sas/alarms/<uuid:alert_id>/cancellation")
@open_to(*ROLES)
def ask_cancellation(alert_id: UUID) -> str:
    """The second step of a cancellation, on a page of its own."""
    own = _own(alert_id)
    code = cancelling.needs_code(current_user, own.premises)
    return render_template("sas/cancellation.html", alert=own, code=code, reason=request.args.get("reason", ""))


@blueprint.post("/sas/alarms/<uuid:alert_id>/cancellation")
@open_to(*ROLES)
@urgent
def cancellation(alert_id: UUID) -> Response:
    """Safe, or by mistake; only with `sure`, which the second step sends. The answer to a wrong code is the same."""
    own = _own(alert_id)
    reason = request.form.get("reason", "")
    if request.form.get("sure") != "1":
        return redirect(url_for("sas.ask_cancellation", alert_id=own.id, reason=reason), 303)
    _count(limits.CANCELLATIONS)
    db.session.commit()  # counted from now on, and no press waits while the code is checked
    try:
        cancelling.cancel(own, reason, request.form.get("pin", ""), now(), current_user)
    except ValueError:
        abort(422, _("Reason: say that you are safe, or that it was a mistake."))
    except AlreadyClosed:
        flash(_("This was closed before."))
        return _back_to(own)
    db.session.commit()
    return _back_to(own)


def _own(alert_id: UUID) -> Alert:
    return history.find(current_user, alert_id) or abort(404)


def _count(limit: Limit) -> None:
    quotas.spend(f"user:{current_user.id}", limit, now())


def _shown(own: Alert) -> dict[str, Any]:
    incident = own.incident
    chain = db.session.get(Escalation, incident.id)
    return {
        "alert": own,
        "number": (own.first_incident or incident).number,
        "response": response_to(incident),
        "missing": sum(gap.count for gap in incident.shortfall),
        "seen_at": chain.acknowledged_at if chain and chain.acknowledged_by_id else None,
        "said": history.cancellation_of(own),
        "outcomes": OUTCOMES,
    }


def _back_to(own: Alert) -> Response:
    return redirect(url_for("sas.alarm", alert_id=own.id), 303)
