"""Bursts in the queue: many incidents in a short time, shown together by kelurahan, type and priority.

What a burst is depends on the rows alone, by when they were opened: it begins and ends with them, not with the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from meteor.dispatch.queue import Row

MANY = 20
SPAN = timedelta(minutes=2)
"""More than MANY incidents that were opened within SPAN are a burst."""


@dataclass(frozen=True)
class QueueEntry:
    """A row of the queue, or the rows of a burst with the same kelurahan, type and priority."""

    rows: Sequence[Row]

    @property
    def first(self) -> Row:
        """The row that stands first: the oldest."""
        return self.rows[0]

    @property
    def waiting(self) -> int:
        """How many no unit has accepted."""
        return sum(row.waiting for row in self.rows)

    @property
    def shortfall(self) -> int:
        """For how many no unit is left."""
        return sum(bool(row.shortfall) for row in self.rows)

    @property
    def deserted(self) -> int:
        """Where nobody is any more."""
        return sum(row.deserted for row in self.rows)

    @property
    def held(self) -> int:
        """How many wait for a call-taker's word."""
        return sum(row.incident.held for row in self.rows)


def entries(rows: Sequence[Row]) -> list[QueueEntry]:
    """The queue as it is read: rows of a burst together at the place of their first, all others and every P1 alone."""
    inside = _in_bursts([row.incident.opened_at for row in rows])
    together: dict[tuple[int | None, ...], list[Row]] = {}
    for row in rows:
        incident = row.incident
        alone = incident.priority == 1 or incident.opened_at not in inside
        where_and_what = (incident.kelurahan_id, incident.type_id, incident.priority)
        together.setdefault((incident.id,) if alone else where_and_what, []).append(row)
    return [QueueEntry(of_it) for of_it in together.values()]


def _in_bursts(moments: Sequence[datetime]) -> set[datetime]:
    """Those of the moments that are among more than MANY within SPAN."""
    ordered = sorted(moments)
    inside: set[datetime] = set()
    for at in range(len(ordered) - MANY):
        if ordered[at + MANY] - ordered[at] <= SPAN:
            inside.update(ordered[at : at + MANY + 1])
    return inside
