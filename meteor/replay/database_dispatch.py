"""Dispatch by every rule of METEOR, on a database: what `memory_dispatch` is compared with."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Unit
from meteor.agencies.positions import report_position
from meteor.dispatch import overdue, rules, waiting
from meteor.dispatch.models import Assignment
from meteor.dispatch.offers import BATCH
from meteor.dispatch.reconciliation import reconcile
from meteor.geo import Point
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident, Shortfall
from meteor.incidents.places import Place
from meteor.protocols.models import IncidentType
from meteor.replay.dispatching import Offer
from meteor.replay.memory_dispatch import CREW
from meteor.store.database import db

ACCURACY = 10.0
"""Metres of each fix."""

BETWEEN_COMMITS = 50
"""Incidents that are opened in one transaction."""


class DatabaseDispatch:
    """The rules as the views and the scheduler call them, in the session's database; see `dispatching.Dispatch`."""

    def __init__(self) -> None:
        self.ids: dict[int, int] = {}  # of the incidents, by their numbers in the year
        self.numbers: dict[int, int] = {}
        self.last_offer = 0
        self.served_at: datetime | None = None
        self.due: datetime | None = None
        self.changed = True  # since `due` was asked for

    def fix(self, call_sign: str, place: Point, at: datetime) -> None:
        unit = db.session.execute(select(*Unit.__table__.c).where(Unit.call_sign == call_sign)).one()
        report_position(unit, *place, ACCURACY, at, at)

    def open_incident(self, number: int, type_code: str, place: Point, at: datetime) -> None:
        if len(self.ids) % BETWEEN_COMMITS == 0:
            db.session.commit()
        known = db.session.scalars(select(IncidentType).where(IncidentType.code == type_code)).one()
        what = incidents.TypeRow.of(known)
        opening = incidents.Opening(type=what, source="call", place=Place(*place, ACCURACY, "call"))
        self.ids[number], _ = incidents.open_incident(opening, at)
        self.numbers[self.ids[number]] = number
        reconcile(self.ids[number], at)
        self.changed = True

    def accept(self, offer: int, at: datetime) -> bool:
        return self._in_time(rules.accept, offer, at)

    def refuse(self, offer: int, at: datetime) -> bool:
        return self._in_time(_refuse, offer, at)

    def depart(self, offer: int, at: datetime) -> bool:
        return self._in_time(rules.depart, offer, at)

    def arrive(self, offer: int, at: datetime) -> bool:
        return self._in_time(rules.arrive, offer, at)

    def clear(self, offer: int, at: datetime) -> bool:
        return self._in_time(rules.clear, offer, at)

    def close(self, number: int, at: datetime) -> None:
        rules.close(db.session.get_one(Incident, self.ids[number]), "helped", "", at, self._crew())
        self.changed = True

    def next_due(self, at: datetime) -> datetime | None:
        if self.changed:
            found = (self._next_served(at), overdue.next_expiry(at), overdue.next_step(at))
            self.due = min((moment for moment in found if moment), default=None)
            self.changed = False
        return self.due

    def let_time_pass(self, at: datetime) -> None:
        """Run all that is due as the jobs do, without a limit that depends on the machine."""
        while overdue.expire(at):
            pass
        for incident_id in waiting.servable(at, BATCH):
            reconcile(incident_id, at)
        while overdue.escalate(at):
            pass
        self.served_at, self.changed = at, True

    def new_offers(self) -> list[Offer]:
        query = select(Assignment.id, Assignment.incident_id, Unit.call_sign, Assignment.capability).join(Unit)
        rows = db.session.execute(query.where(Assignment.id > self.last_offer).order_by(Assignment.id)).all()
        self.last_offer = rows[-1].id if rows else self.last_offer
        return [Offer(row.id, self.numbers[row.incident_id], row.call_sign, row.capability) for row in rows]

    def is_free(self, call_sign: str) -> bool:
        return db.session.scalar(select(Unit.status).where(Unit.call_sign == call_sign)) == "available"

    def has_units(self, number: int) -> bool:
        on_it = select(Assignment.id).where(Assignment.incident_id == self.ids[number], Assignment.ended_at.is_(None))
        return db.session.scalar(on_it.limit(1)) is not None

    def has_shortfall(self, number: int) -> bool:
        lacking = select(Shortfall.capability).where(Shortfall.incident_id == self.ids[number])
        return db.session.scalar(lacking.limit(1)) is not None

    def _next_served(self, at: datetime) -> datetime | None:
        if db.session.scalar(select(Shortfall.incident_id).limit(1)) is None:
            return None
        served = overdue.next_served(at)
        return None if served == at == self.served_at else served

    def _in_time(self, step: Callable[[Assignment, datetime, User], None], offer: int, at: datetime) -> bool:
        self.changed = True
        try:
            step(db.session.get_one(Assignment, offer), at, self._crew())
        except rules.TooLate:
            return False
        return True

    def _crew(self) -> User:
        return db.session.get_one(User, CREW)


def _refuse(assignment: Assignment, at: datetime, actor: User) -> None:
    rules.refuse(assignment, "other", at, actor)
