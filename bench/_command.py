"""A command centre in a bad hour: 100 open incidents, 100 units on duty, and what of them changes."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from random import Random
from uuid import UUID

from sqlalchemy import func, select, update

from bench._city import CREW, patrols, people
from bench._load import WrongAnswer
from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.agencies.positions import report_position
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents import rules
from meteor.incidents.models import Escalation, Incident
from meteor.store.database import db
from meteor.store.moments import now

INCIDENTS = UNITS = 100
ALARMS = 10
"""Incidents that are alarms which nobody has acknowledged."""

CHANGED = 5
"""Incidents, and units, that change before a round of polls: 5 in 100."""

KINDS = ("emergency", "medical", "fire", "disaster", "crime", "other")
APART = timedelta(seconds=30)
"""Time from incident to incident: they are no burst, and each has its own line."""


class CommandCentre:
    """The incidents and units, made anew; half of the offers are accepted. Commits."""

    def __init__(self) -> None:
        self._random, self._turn = Random(7), count()
        on_duty = select(func.count()).select_from(Unit).where(Unit.status != "off_duty")
        self._officers = people("officer", (UNITS - (db.session.scalar(on_duty) or 0)) * CREW)
        patrols(self._officers)
        self._dispatcher = db.session.get_one(User, people("dispatcher", 1)[0])
        self._units = list(db.session.scalars(select(Unit).where(Unit.status != "off_duty").order_by(Unit.id)))
        self._drive(self._units[::2])
        self._raise_incidents()
        self._incidents = list(db.session.scalars(select(Incident).where(Incident.is_open).order_by(Incident.id)))
        db.session.add_all(Escalation(incident_id=it.id) for it in self._incidents[:ALARMS])
        db.session.commit()
        if (len(self._incidents), len(self._units)) != (INCIDENTS, UNITS):
            raise WrongAnswer(f"{len(self._incidents)} incidents are open, {len(self._units)} units on duty")

    def change(self) -> None:
        """CHANGED incidents and units change: one alarm rings anew, notes are written, units drive on. Commits."""
        turn = next(self._turn)
        some = [(turn * CHANGED + at) % UNITS for at in range(CHANGED)]
        alarm = self._incidents[turn % ALARMS].id
        db.session.execute(update(Escalation).where(Escalation.incident_id == alarm).values(began_at=now()))
        for at in some:
            rules.note(self._incidents[at], "Pintu belakang terbuka", now(), self._dispatcher)
        self._drive([self._units[at] for at in some])

    def _drive(self, units: Sequence[Unit]) -> None:
        """The units are somewhere else in the city now."""
        for unit in units:
            db.session.execute(update(Unit).where(Unit.id == unit.id).values(at_base=False, position_at=None))
            db.session.refresh(unit)
            if refused := report_position(unit, *self._place(), 8.0, now(), now()):
                raise WrongAnswer(f"{unit.call_sign} did not move: {refused}")
        db.session.commit()

    def _raise_incidents(self) -> None:
        actor = db.session.get_one(User, self._officers[0])
        for number, reporter in enumerate(people("citizen", INCIDENTS)):
            latitude, longitude = self._place()
            incoming = IncomingAlert(
                id=UUID(int=self._random.getrandbits(128), version=4), source="panic", reporter_id=reporter,
                kind=KINDS[number % len(KINDS)], latitude=latitude, longitude=longitude, accuracy=20.0,
            )  # fmt: skip
            receive(incoming, now() - (INCIDENTS - number) * APART)
            db.session.commit()
        for offer in db.session.scalars(select(Assignment).where(Assignment.status == "offered")).all()[::2]:
            dispatch.accept(offer, now(), actor)
        db.session.commit()

    def _place(self) -> tuple[float, float]:
        return round(-7.75 - self._random.random() / 25, 6), round(113.19 + self._random.random() / 20, 6)
