"""Bursts in the queue: many incidents in a short time, shown together by kelurahan, type and priority.

What a burst is depends on the rows alone, by when they were opened: it begins and ends with them, not with the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from meteor.dispatch.queue import Group, OpenIncident

MANY = 20
SPAN = timedelta(minutes=2)
"""More than MANY incidents that were opened within SPAN are a burst."""


@dataclass(frozen=True)
class QueueEntry:
    """An incident that stands for itself in the queue, or those of a burst that are of one group."""

    incidents: Sequence[OpenIncident]

    @property
    def first(self) -> OpenIncident:
        """The incident that stands first: the oldest."""
        return self.incidents[0]

    @property
    def group(self) -> Group:
        """The common facts of its incidents."""
        return _group(self.first)

    @property
    def waiting(self) -> int:
        """Number of incidents that no unit has accepted."""
        return sum(it.waiting for it in self.incidents)

    @property
    def shortfall(self) -> int:
        """Number of incidents for which no unit is left."""
        return sum(it.has_shortfall for it in self.incidents)

    @property
    def deserted(self) -> int:
        """Number of incidents where nobody is any more."""
        return sum(it.deserted for it in self.incidents)

    @property
    def held(self) -> int:
        """Number of incidents that wait for a call-taker's word."""
        return sum(it.held for it in self.incidents)


def entries(incidents: Sequence[OpenIncident], *, fold_p1: bool = False) -> list[QueueEntry]:
    """The queue as it is read: a burst's groups each at the place of their first, all others alone.

    So does every P1, unless `fold_p1`.
    """
    inside = _in_bursts([it.opened_at for it in incidents])
    together: dict[Group | int, list[OpenIncident]] = {}
    for it in incidents:
        alone = (it.priority == 1 and not fold_p1) or it.opened_at not in inside
        together.setdefault(it.id if alone else _group(it), []).append(it)
    return [QueueEntry(of_it) for of_it in together.values()]


def _group(incident: OpenIncident) -> Group:
    return Group(incident.kelurahan_id, incident.type_id, incident.priority)


def _in_bursts(moments: Sequence[datetime]) -> set[datetime]:
    """Return the moments that are among more than MANY within SPAN."""
    ordered = sorted(moments)
    inside: set[datetime] = set()
    for at in range(len(ordered) - MANY):
        if ordered[at + MANY] - ordered[at] <= SPAN:
            inside.update(ordered[at : at + MANY + 1])
    return inside
