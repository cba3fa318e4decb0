"""Calls to contacts of premises: their pass phrase decides about an alarm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.premises.models import Contact
from meteor.sas import consequences, raising
from meteor.sas.models import ContactCall
from meteor.store.database import db

ANSWERS = ("right", "wrong", "unanswered")
"""Answers: the right pass phrase; none, or a wrong one; no answer."""


class NotAwaited(Exception):
    """No call is needed (any more): the incident is closed, or life at risk already, or was raised by no premises."""


class CalledMeanwhile(Exception):
    """Another `call` was recorded since the user's page was rendered."""

    def __init__(self, call: ContactCall) -> None:
        super().__init__(call.id)
        self.call = call


def awaited(incident: Incident) -> bool:
    """Return whether a call to the premises is due. Premises of silent alarms are not called."""
    raised_there = incident.premises_id is not None and incident.source == "sas"
    return raised_there and incident.is_open and incident.priority > 1 and not incident.silent


def calls(incident: Incident) -> Sequence[ContactCall]:
    """The calls that were written down, oldest first."""
    made = select(ContactCall).where(ContactCall.incident_id == incident.id)
    return db.session.scalars(made.order_by(ContactCall.id)).all()


def record(incident: Incident, contact: Contact, answer: str, seen: int, at: datetime, actor: User) -> None:
    """Write down a call with one of ANSWERS. Without the right pass phrase the alarm becomes a burglary, P1.

    `seen` is how many calls whoever writes knew of. Raises NotAwaited, CalledMeanwhile; ValueError for another answer.
    """
    if answer not in ANSWERS:
        raise ValueError(answer)
    db.session.refresh(incident)
    if not awaited(incident):
        raise NotAwaited(incident.number)
    made = calls(incident)
    if len(made) > seen:
        raise CalledMeanwhile(made[-1])
    said = {"contact": contact.name, "answer": answer}
    db.session.add(ContactCall(incident_id=incident.id, called_at=at, called_by_id=actor.id, **said))
    timeline.record(incident.id, "contact_called", at, actor, **said)
    if answer == "wrong":
        burglary = consequences.of("burglary")
        urgent = burglary._replace(type=replace(burglary.type, priority=1))
        raising.make_more_urgent(incident, urgent, at, actor)
