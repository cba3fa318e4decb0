"""Actions on a call: open an incident, join one, hand over, end, classify."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from flask import abort, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import CALL_HANDLING
from meteor.alerts.models import Alert
from meteor.alerts.separating import OnlyAlert
from meteor.calls import blueprint, classifying, holding, labels, rules, sending
from meteor.calls.models import Call
from meteor.calls.views.call import call_page
from meteor.calls.views.lookup import PAGE, address, keep, the_call, too_late
from meteor.dispatch import responders
from meteor.dispatch.labels import stays_at
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.form_keys import idempotent_form
from meteor.web.pools import urgent

Answer = Response | tuple[str, int]


@blueprint.post("/calls/<uuid:call_id>/incident")
@open_to(*CALL_HANDLING)
@urgent
def incident(call_id: UUID) -> Answer:
    """Open an incident, for which units are asked."""

    def said(alert: Alert) -> str:
        return _("Incident %(number)s is open.", number=alert.incident.number)

    return _do(the_call(call_id), lambda call: sending.open_incident(call, now(), current_user), said)


@blueprint.post("/calls/<uuid:call_id>/joining")
@open_to(*CALL_HANDLING)
@urgent
def joining(call_id: UUID) -> Answer:
    """The call is about an incident that is there already."""
    number = request.form.get("incident", "")

    def join(call: Call) -> Alert:
        return sending.join(call, incidents.find(current_user, number) or abort(404), now(), current_user)

    def said(alert: Alert) -> str:
        return _("This call belongs to incident %(number)s now.", number=alert.incident.number)

    return _do(the_call(call_id), join, said)


@blueprint.post("/calls/<uuid:call_id>/separation")
@open_to(*CALL_HANDLING)
@idempotent_form(PAGE)
def separation(call_id: UUID) -> Answer:
    """It was about something else after all."""

    def said(incident: Incident) -> str:
        return _("This call has an incident of its own now: %(number)s.", number=incident.number)

    return _do(the_call(call_id), lambda call: sending.separate(call, now(), current_user), said)


class _Added(NamedTuple):
    """What came of a message: whether the incident `moved` (None: no other place was told), and what else was told."""

    incident: Incident
    moved: bool | None
    words: bool
    anything: bool


@blueprint.post("/calls/<uuid:call_id>/additions")
@open_to(*CALL_HANDLING)
@idempotent_form(PAGE)
def addition(call_id: UUID) -> Answer:
    """The message after the incident is opened."""
    text = request.form.get("more", "")

    def add(call: Call) -> _Added:
        before = call.alert.incident.priority if call.alert else 0
        moved = sending.add(call, text, now(), current_user)
        incident = cast(Alert, call.alert).incident
        words = moved is None and sending.note_place(call, _("Place, as the caller says:"), now(), current_user)
        return _Added(incident, moved, words, bool(text.strip()) or incident.priority != before)

    def said(added: _Added) -> str:
        if added.moved is not None:
            return _moved(added.incident) if added.moved else _stays(added.incident)
        if added.words:
            return _(
                "Your words for the place stand on the incident. Its point stays: choose one from the list or the map."
            )
        if not added.anything:
            return _("Nothing new was told to the crews. A place counts once it is chosen from the list or on the map.")
        return _("This stands on the incident now. Every unit that is on it can read it.")

    return _do(the_call(call_id), add, said)


@blueprint.post("/calls/<uuid:call_id>/classification")
@open_to(*CALL_HANDLING)
@idempotent_form(lambda call_id: "/calls")
def classification(call_id: UUID) -> Answer:
    """Say what the call was; it is over then."""
    as_, reason = request.form.get("class", ""), request.form.get("reason", "")
    said = _("Recorded: %(class_)s.", class_=labels.CLASSES.get(as_, ""))
    return _do(
        the_call(call_id),
        lambda call: classifying.classify(call, as_, reason, now(), current_user),
        said,
        then="/calls",
    )


@blueprint.post("/calls/<uuid:call_id>/reclassification")
@open_to("supervisor")
@idempotent_form(PAGE)
def reclassification(call_id: UUID) -> Answer:
    """It was something else than was said."""
    as_, reason = request.form.get("class", ""), request.form.get("reason", "")
    said = _("Recorded: %(class_)s.", class_=labels.CLASSES.get(as_, ""))
    return _do(the_call(call_id), lambda call: classifying.reclassify(call, as_, reason, now(), current_user), said)


@blueprint.post("/calls/<uuid:call_id>/ending")
@open_to(*CALL_HANDLING)
def ending(call_id: UUID) -> Answer:
    """The receiver is down."""
    return _do(
        the_call(call_id), lambda call: rules.hang_up(call, now(), current_user), _("The call has ended."), "/calls"
    )


@blueprint.post("/calls/<uuid:call_id>/handover")
@open_to(*CALL_HANDLING)
def handover(call_id: UUID) -> Answer:
    """Ask a colleague to take the call over, or withdraw the request."""
    chosen = request.form.get("colleague", "")
    colleague = next((each for each in holding.colleagues(current_user) if str(each.id) == chosen), None)
    said = _("%(name)s is asked to take over.", name=colleague.name) if colleague else _("Nobody is asked any more.")
    return _do(the_call(call_id), lambda call: holding.offer_to(call, colleague, now(), current_user), said)


def _do(call: Call, action: Callable[[Call], Any], said: str | Callable[[Any], str], then: str = "") -> Answer:
    """Keep what was typed, do it, and say so; or say on the call's page why not. What was typed is kept either way.

    What is `said` may depend on what came of the action.
    """
    back = address(call)
    keep(call)
    try:
        done = _attempt(call, action)
    except holding.CallTaken as refusal:
        return too_late(refusal, back)
    except sending.MissingDetails as missing:
        return _again(call, labels.missing(missing.fields), missing.fields)
    except sending.Over:
        return _again(call, _("That incident has been closed meanwhile. Send help of its own."))
    except OnlyAlert:
        return _again(call, _("Nobody else reported this incident: it is this call's own."))
    except classifying.NoSuchClass:
        return _again(call, _("Choose what the call was."), ["class"])
    except classifying.NoReason:
        return _again(call, _("Say why you record it so."), ["reason"])
    except classifying.Classified as before:
        return _again(call, _("It is recorded as “%(class_)s” already.", class_=labels.CLASSES[before.as_]))
    db.session.commit()
    flash(said(done) if callable(said) else said)
    return redirect(then or back, 303)


def _attempt(call: Call, action: Callable[[Call], Any]) -> Any:
    """Run the action. If it fails, what was typed is kept and the form's key is not: it can be sent again."""
    try:
        return action(call)
    except Exception:
        db.session.rollback()  # not roll_back(): without a database nothing can be kept, and this raises it
        keep(call)
        db.session.commit()
        raise


def _again(call: Call, problem: str, at_fault: Sequence[str] = ()) -> Answer:
    return call_page(the_call(call.id), problem, at_fault), 422


def _moved(incident: Incident) -> str:
    if responders.have_come_forward(incident.id):
        return _("The place of the incident is corrected, and its crews are told.")
    return _("The place of the incident is corrected. No crew has accepted it yet.")


def _stays(incident: Incident) -> str:
    if incident.premises:
        return stays_at(incident.premises)
    return _("The incident stays where it is: others know its place too. Correct it on the incident's page.")
