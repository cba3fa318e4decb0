"""Texts of conflicts, and names of crews' steps."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.dispatch.choice import Reason
from meteor.dispatch.late_closures import ChangedSinceTap
from meteor.dispatch.models import Assignment
from meteor.dispatch.override import UnitBusy
from meteor.dispatch.roster import RosterUnit
from meteor.dispatch.self_dispatch import HELD
from meteor.dispatch.too_late import CurrentState, TooLate
from meteor.premises.models import Premises

STEPS = {
    "acceptance": _l("Accept"),
    "refusal": _l("Refuse"),
    "departure": _l("Depart"),
    "arrival": _l("Arrived"),
    "clearance": _l("Unit is free again"),
    "closure": _l("Close the incident"),
}
"""Names of crews' steps, by the last part of their addresses."""

OVERRIDDEN = {
    Reason.IN_DANGER: _l("an officer of this unit is in danger"),
    Reason.NO_CAPABILITY: _l("not in the response plan"),
    Reason.REFUSED: _l("was asked before"),
    Reason.STALE_POSITION: _l("position too old"),
    Reason.KEPT_FOR_P1: _l("kept free for life at risk"),
    Reason.FARTHER: _l("a nearer unit is free"),
}
"""Rules by which METEOR would not send a free unit."""

_NOT_OPEN: dict[str, Any] = {
    HELD: _l("Not taken: a call-taker has to release this incident first."),
    Reason.NO_CAPABILITY: _l("Not taken: nothing that your unit can do is missing here."),
    Reason.REFUSED: _l("Not taken: your unit has refused this incident or was taken off it. Call the command centre."),
    Reason.IN_DANGER: _l("Not taken: an officer of your unit is in danger. Call the command centre."),
    Reason.KEPT_FOR_P1: _l("Not taken: your unit is kept free for life at risk. Call the command centre."),
}

_TOO_LATE = {
    "accepted": _l("Too late: %(who)s accepted this at %(when)s."),
    "en_route": _l("Too late: the unit is on its way already. %(who)s accepted this at %(when)s."),
    "on_scene": _l("Too late: the unit is on scene already. %(who)s accepted this at %(when)s."),
    "refused": _l("Too late: %(who)s refused this at %(when)s."),
    "expired": _l("Too late: the offer ran out at %(when)s."),
    "withdrawn": _l("Too late: %(who)s took the unit off this incident at %(when)s."),
    "cleared": _l("Too late: the unit was free again at %(when)s. %(who)s said so."),
    "taken": _l("Too late: another unit accepted this at %(when)s."),
    "closed": _l("Too late: %(who)s closed this incident at %(when)s."),
    "offered": _l("Accept the offer first."),
}

_CHANGES = {
    "another_alert": _l(
        "Not closed: another alert came in at %(when)s, after your tap at %(tapped)s. Look at it first."
    ),
    "message": _l(
        "Not closed: the reporter sent a message at %(when)s, after your tap at %(tapped)s. Look at it first."
    ),
    "reclassified": _l(
        "Not closed: the type or the priority was changed at %(when)s, after your tap at %(tapped)s. Look at it first."
    ),
    "separated": _l(
        "Not closed: alerts were separated from it at %(when)s, after your tap at %(tapped)s. Look at it first."
    ),
    "reopened": _l(
        "Not closed: the incident was reopened at %(when)s, after your tap at %(tapped)s. Look at it first."
    ),
    "asked": _l("Not closed: %(unit)s was asked to come at %(when)s, after your tap at %(tapped)s. Look at it first."),
    "at_work": _l(
        "Not closed: %(unit)s reported at %(when)s, after your tap at %(tapped)s, that it is on it. Look at it first."
    ),
    "ended": _l("Not closed: the job of %(unit)s ended at %(when)s; your tap was at %(tapped)s. Look at it first."),
}

_ENDED = {
    "cleared": _l("Last job:"),
    "refused": _l("Refused:"),
    "expired": _l("The offer was not answered in time:"),
    "withdrawn": _l("Your unit was taken off:"),
}


_AFTER_EXPIRY = {
    "taken": _l("The offer was not answered in time and went to the next unit:"),
    "offered": _l("The offer was not answered in time and went to the next unit:"),
    "waiting": _l("The offer was not answered in time. There is no other unit yet:"),
}


def how_it_ended(assignment: Assignment, current: CurrentState | None = None) -> str:
    """Sentences about the end of an assignment, for its crew; the incident's number follows.

    `current` is the state of what an offer that ran out was for.
    """
    if assignment.status == "expired" and current and current.state in _AFTER_EXPIRY:
        return str(_AFTER_EXPIRY[current.state])
    if assignment.status == "withdrawn" and assignment.ended_by_id is None:
        if assignment.reason == "taken":
            return _("Another unit has taken it:")
        if assignment.reason == "not_needed":
            return _("Not needed any more:")
        if assignment.reason == "closed":
            return _("Closed before your answer was needed:")
        if assignment.reason == "in_danger":
            return _("Taken back, since an officer of your unit is in danger:")
        if assignment.reason == "place_corrected":
            return _("Taken back, since the place was corrected:")
        if assignment.reason == "merged":
            return _("Reported twice; the other report is being handled:")
    return str(_ENDED[assignment.status])


def too_late(late: TooLate, when: str) -> str:
    """Says who was faster, when (a time of day), and the present state."""
    said = str(_TOO_LATE[late.status]) % {"who": late.by, "when": when}
    return f"{said} {_state_now(late.current)}" if late.current else said


def _state_now(now: CurrentState) -> str:
    units = ", ".join(now.units)
    if now.state == "taken":
        return _("%(units)s has taken it.", units=units)
    if now.state == "offered":
        return _("It is offered to %(units)s now.", units=units)
    return _("The incident is closed now.") if now.state == "closed" else _("No unit has accepted it yet.")


def changed_since_tap(problem: ChangedSinceTap, when: str, tapped: str) -> str:
    """Return the sentence that refuses a closure reported before the last change.

    `when` and `tapped` are times of day. It names who has the incident now if units changed.
    """
    said = str(_CHANGES[problem.change.kind]) % {"unit": problem.change.unit, "when": when, "tapped": tapped}
    return f"{said} {_state_now(problem.current)}" if problem.change.unit else said


def busy(unit: UnitBusy) -> str:
    """Return the sentence that says why a unit cannot be sent."""
    if unit.where and unit.status == "offered":
        return _("%(unit)s cannot be sent: it is offered incident %(number)s.", unit=unit.call_sign, number=unit.where)
    if unit.where:
        return _("%(unit)s cannot be sent: it is on incident %(number)s.", unit=unit.call_sign, number=unit.where)
    return _("%(unit)s cannot be sent: it is off duty.", unit=unit.call_sign)


def not_open(obstacle: str, current: CurrentState) -> str:
    """Return the sentence that says why a crew cannot take the incident; `current` is who has it now."""
    if obstacle == Reason.NO_CAPABILITY:
        return f"{_NOT_OPEN[obstacle]} {_state_now(current)}"
    return str(_NOT_OPEN[obstacle])


def owed_for(overridden: Iterable[tuple[RosterUnit, Reason]]) -> str:
    """Return the sentence that asks for a reason, with the overridden rules; empty if none."""
    units = ", ".join(f"{entry.unit.call_sign} ({OVERRIDDEN[reason]})" for entry, reason in overridden)
    return _("Choose a reason: METEOR would not send %(units)s.", units=units) if units else ""


def stays_at(premises: Premises) -> str:
    """Says why an incident at premises is not moved."""
    return _(
        "The incident stays at %(name)s: its alarm, contacts and instructions belong there. Write the exact spot in a"
        " note; anything elsewhere is an incident of its own.",
        name=premises.name,
    )
