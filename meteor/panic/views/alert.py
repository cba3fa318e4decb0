"""The alert's page: what becomes of it, and what its reporter says after it."""

from typing import cast
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from meteor.accounts.roles import ROLES
from meteor.accounts.views import tries
from meteor.alerts import cancelling, followup, limits, reading
from meteor.alerts import labels as alert_labels
from meteor.alerts import rules as alerts
from meteor.alerts.models import KINDS, Alert
from meteor.incidents.places import Place
from meteor.incidents.rules import AlreadyClosed
from meteor.panic import blueprint, forms, rules
from meteor.panic.views.alert_page import own_or_404, page, shown
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import before_work, open_to
from meteor.web.form_keys import idempotent_form
from meteor.web.lists import listing
from meteor.web.polling import fragment, versioned
from meteor.web.pools import follows, urgent


@blueprint.get("/alerts")
@open_to(*ROLES)
def own_alerts() -> str:
    # Those of premises stand at /sas/history.
    mine = select(Alert).where(Alert.reporter_id == current_user.id, Alert.source != "sas")
    found = listing(mine, sorts={"received": Alert.received_at}, sort="-received")
    return render_template("panic/alerts.html", page=found, kind=alert_labels.kind)


@blueprint.get("/alerts/<uuid:alert_id>")
@open_to(*ROLES)
@before_work
@urgent
def alert(alert_id: UUID) -> str | Response:
    if _is_alarm(alert_id):
        return redirect(f"/sas/alarms/{alert_id}", 303)
    return page(own_or_404(alert_id))


@blueprint.get("/alerts/<uuid:alert_id>/status")
@open_to(*ROLES)
@before_work
@follows
@versioned(lambda reader, query, alert_id: rules.status_version(reader.user_id, alert_id, now()))
def status(alert_id: UUID) -> Response:
    version = rules.status_version(current_user.id, alert_id, now()) or abort(404)
    return fragment(version, lambda: render_template("panic/_status.html", **shown(own_or_404(alert_id))))


@blueprint.post("/alerts/<uuid:alert_id>/kind")
@open_to(*ROLES)
@before_work
@urgent
def kind(alert_id: UUID) -> Response:
    own = own_or_404(alert_id)
    if own.unit_id is not None:
        abort(404)  # an officer is in danger, whatever else happens there
    _count(limits.KINDS)
    chosen = request.form.get("kind", "")
    if chosen not in KINDS:
        abort(422, _("Kind: choose one of the kinds that the page shows."))
    try:
        followup.choose_kind(own, chosen, now(), current_user)
    except AlreadyClosed:
        return _too_late(own)
    db.session.commit()
    flash(_("The command centre knows now: %(kind)s.", kind=alert_labels.kind(chosen)))
    return _back_to(own)


@blueprint.post("/alerts/<uuid:alert_id>/position")
@open_to(*ROLES)
@before_work
@urgent
def position(alert_id: UUID) -> Response:
    own = own_or_404(alert_id)
    _count(limits.POSITIONS)
    fix = reading.fix(request.form)
    if fix is None:
        abort(422, _("Position: give latitude and longitude in degrees."))
    try:
        followup.add_fix(own, *fix, now())
        followup.follow_unit(own, *fix, now())
    except followup.AtPremises:
        abort(404)
    db.session.commit()
    return Response(status=204)


@blueprint.post("/alerts/<uuid:alert_id>/place")
@open_to(*ROLES)
@before_work
@urgent
def place(alert_id: UUID) -> Response:
    """“I need help here”: with the phone's position, or the words for it; never refused for having neither."""
    own = own_or_404(alert_id)
    where = reading.here(request.form) or Place()
    keep = quotas.fits(f"user:{current_user.id}", limits.PLACES, now())
    try:
        moved = followup.need_help_here(own, where, now(), current_user, keep=keep)
    except followup.AtPremises:
        abort(404)
    except AlreadyClosed:
        return _too_late(own)
    db.session.commit()
    told = _("The command centre and all units on their way have been told.")
    if moved:
        flash(" ".join([_("Help is now directed to where you are."), told]))
    elif keep and where.source == "device":
        flash(" ".join([told, _("They see where you are now. The incident's place stays as it is.")]))
    else:
        flash(" ".join([told, _("Say in a note where you are, or call 112.")]), "warning")
    return _back_to(own)


@blueprint.post("/alerts/<uuid:alert_id>/notes")
@open_to(*ROLES)
@before_work
@urgent
@idempotent_form("/alerts/{alert_id}".format)
def note(alert_id: UUID) -> Response:
    own = own_or_404(alert_id)
    _count(limits.NOTES)
    form = forms.NoteForm(request.form)
    if not form.validate():
        return make_response(page(own, note_form=form), 422)
    followup.add_note(own, cast(str, form.note.data), now(), current_user)
    db.session.commit()
    flash(_("Your note is with the command centre."))
    return _back_to(own)


@blueprint.post("/alerts/<uuid:alert_id>/cancellation")
@open_to(*ROLES)
@before_work
@urgent
def cancellation(alert_id: UUID) -> Response:
    """Safe now, or by mistake. With the right PIN or a wrong one: the answer is the same."""
    if _is_alarm(alert_id):
        return redirect(f"/sas/alarms/{alert_id}/cancellation", 307)
    own = own_or_404(alert_id)
    _count(limits.CANCELLATIONS)
    if own.incident.status == "closed":
        return _too_late(own)
    reason = request.form.get("reason", "")
    if reason not in cancelling.REASONS:
        abort(422, _("Reason: say that you are safe, or that it was a mistake."))
    forced = current_user.pin_hash is not None and not tries.knows_pin(current_user, request.form.get("pin", ""))
    cancelling.cancel(own, reason, now(), current_user, forced=forced)
    db.session.commit()
    return _back_to(own)


@blueprint.post("/alerts/<uuid:alert_id>/rating")
@open_to(*ROLES)
def rating(alert_id: UUID) -> Response:
    own = own_or_404(alert_id)
    _count(limits.RATINGS)
    if not rules.may_rate(own):
        over = own.incident.status == "closed" and not own.drill
        none = _("No unit went out for this alert, so there is no help to rate.")
        flash(none if over else _("You can rate the help once the alert is closed."), "warning")
        return _back_to(own)
    form = forms.RatingForm(request.form)
    if not form.validate():
        return make_response(page(own, rating_form=form), 422)
    followup.rate(own, cast(int, form.stars.data), form.comment.data or "", now())
    db.session.commit()
    flash(_("Thank you. Your rating was kept."))
    return _back_to(own)


def _is_alarm(alert_id: UUID) -> bool:
    own = alerts.find(current_user, alert_id)
    return own is not None and own.source == "sas"


def _count(limit: Limit) -> None:
    quotas.spend(f"user:{current_user.id}", limit, now())


def _back_to(own: Alert) -> Response:
    return redirect(url_for("panic.alert", alert_id=own.id), 303)


def _too_late(own: Alert) -> Response:
    flash(_("This alert is closed already. If you need help, press the button again or call 112."), "warning")
    return _back_to(own)
