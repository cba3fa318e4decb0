"""Scenes that many tests begin with: crews on duty, an alert, and several who act at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from meteor.agencies import rules as agencies
from meteor.agencies.models import Unit
from meteor.alerts.rules import IncomingAlert, receive
from meteor.dispatch.models import Assignment
from meteor.incidents import shortfall
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast


def on_duty(cast: Cast, username: str, call_sign: str) -> Unit:
    """A member of the cast begins duty on a unit."""
    unit = cast.unit(call_sign)
    agencies.start_duty(getattr(cast, username), unit, now())
    db.session.commit()
    return unit


def press(cast: Cast, who: str = "sari", kind: str = "emergency", **given: Any) -> Incident:
    """Somebody calls for help at Sari's door; the incident that comes of it, not yet committed."""
    incoming = {"id": uuid4(), "source": "panic", "latitude": HOME[0], "longitude": HOME[1], "accuracy": 10.0} | given
    receipt = receive(IncomingAlert(kind=kind, reporter_id=getattr(cast, who).id, **incoming), now())
    return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()


def report(cast: Cast, who: str = "sari", kind: str = "emergency", **given: Any) -> Incident:
    """The same, committed."""
    incident = press(cast, who, kind, **given)
    db.session.commit()
    return incident


def in_danger(cast: Cast, unit: Unit) -> Incident:
    """An officer of the unit is in danger: an open incident says so, without what else follows from the press."""
    if not agencies.crew_of(unit):
        officers = (cast.agus, cast.bayu, cast.dewi)
        agencies.start_duty(next(one for one in officers if not agencies.shift_of(one)), unit, now())
    incident = report(cast, "wahyu")
    incident.endangered_unit_id, incident.endangered_at = unit.id, now()
    db.session.commit()
    return incident


def open_assignment(call_sign: str) -> Assignment:
    """What the unit has been offered or is on."""
    query = select(Assignment).join(Unit).where(Unit.call_sign == call_sign, Assignment.ended_at.is_(None))
    return db.session.scalars(query).one()


def offered(incident: Incident) -> list[str]:
    """The call signs of the units that have an offer of it now, in the order of the offers."""
    query = select(Assignment).where(Assignment.incident_id == incident.id, Assignment.status == "offered")
    return [row.unit.call_sign for row in db.session.scalars(query.order_by(Assignment.id))]


def missing(incident: Incident) -> dict[str, int]:
    """The shortfall: how many units with which capability."""
    return {gap.capability: gap.count for gap in shortfall.gaps(incident.id)}


def at_once(app: Flask, *actions: Callable[[], Any]) -> list[Any]:
    """What each action gives, when all are begun at the same moment, each in a thread of its own."""
    db.session.commit()
    start, results = Barrier(len(actions)), [None] * len(actions)

    def do(place: int) -> None:
        with app.app_context():
            start.wait()
            results[place] = actions[place]()

    threads = [Thread(target=do, args=[place]) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return results
