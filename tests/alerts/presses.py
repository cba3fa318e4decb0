"""Presses of the cast, and what became of them."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from meteor.alerts import rules
from meteor.alerts.rules import IncomingAlert, Receipt
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast


def press(cast: Cast, who: str = "sari", **given: Any) -> Receipt:
    user = getattr(cast, who)
    position = {"latitude": HOME[0], "longitude": HOME[1], "accuracy": 10.0}
    values = {"id": uuid4(), "source": "panic", "kind": "emergency", "reporter_id": user.id} | position | given
    receipt = rules.receive(IncomingAlert(**values), now())
    db.session.commit()
    return receipt


def the_incident(receipt: Receipt) -> Incident:
    return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()


def event_types(receipt: Receipt) -> list[str]:
    return [event.event_type for event in timeline.of_incident(the_incident(receipt).id)]
