"""Filters of the board's queue: what a dispatcher wants to see of all that is open.

The one that each user left is kept: it is there again after the next sign-in, and at other tables.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from meteor.accounts.models import User
from meteor.board.models import BoardFilter
from meteor.dispatch.queue import Group, OpenIncident, open_incidents
from meteor.store.database import db
from meteor.territory.models import Kecamatan, Kelurahan

STATES = ("needs_person", "under_way", "on_scene")
"""States to filter by: what needs a person, what units go to, and where units are."""


class Filters(NamedTuple):
    """A filter of the queue. Each part is None where everything is wanted; `group` is of a burst."""

    priority: int | None = None
    agency: int | None = None
    kecamatan: int | None = None
    state: str | None = None
    group: Group | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """The filter of a query string. What is no filter is left out."""
        priority = _number(query.get("priority"))
        state = query.get("state")
        return cls(
            priority if priority in (1, 2, 3, 4) else None,
            _number(query.get("agency")),
            _number(query.get("kecamatan")),
            state if state in STATES else None,
            Group.read(query.get("group", "")),
        )

    @property
    def query(self) -> dict[str, Any]:
        """The filter as a query string's values."""
        return {name: str(value) for name, value in self._asdict().items() if value is not None}

    def incidents(self) -> list[OpenIncident]:
        """The open incidents that fit, by priority, then by age."""
        within = self._kelurahan()
        return [
            it
            for it in open_incidents(self.agency, self.group)
            if self.priority in (None, it.priority)
            and (within is None or it.kelurahan_id in within)
            and self.state in (None, state_of(it))
        ]

    def _kelurahan(self) -> Sequence[int] | None:
        if self.kecamatan is None:
            return None
        return db.session.scalars(select(Kelurahan.id).where(Kelurahan.kecamatan_id == self.kecamatan)).all()


def state_of(incident: OpenIncident) -> str:
    """The state of STATES that an open incident is in."""
    if incident.waiting or incident.has_shortfall or incident.held or incident.deserted:
        return "needs_person"
    return "under_way" if incident.status == "dispatched" else "on_scene"


def kecamatan() -> Sequence[Kecamatan]:
    """All kecamatan, by name."""
    return db.session.scalars(select(Kecamatan).order_by(Kecamatan.name)).all()


def kept_filter(user: User) -> Filters:
    """The filter that the user left; none for a user without one."""
    kept = db.session.get(BoardFilter, user.id)
    return Filters.read(kept.query) if kept else Filters()


def keep_filter(user: User, wanted: Filters) -> None:
    """Keep a filter in the place of the user's last one. The incidents of a burst are no filter to come back to."""
    db.session.execute(delete(BoardFilter).where(BoardFilter.user_id == user.id))
    query = wanted._replace(group=None).query
    if query:
        db.session.execute(insert(BoardFilter).values(user_id=user.id, query=query))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
