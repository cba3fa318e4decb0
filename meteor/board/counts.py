"""The number of open incidents by priority."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import and_, case, func, not_, select

from meteor.incidents.models import Incident
from meteor.store.database import execute

PRIORITIES = (1, 2, 3, 4)


class OpenCount(NamedTuple):
    """The open incidents of a priority, and those among them that wait for a unit to accept (see Incident.on_paper)."""

    open: int
    waiting: int


def open_counts() -> Mapping[int, OpenCount]:
    """The counts of each of PRIORITIES. One statement, by the index of open incidents."""
    found = {row.priority: OpenCount(row.open, int(row.waiting)) for row in execute(_COUNTS)}
    return {priority: found.get(priority, OpenCount(0, 0)) for priority in PRIORITIES}


_WAITS = and_(Incident.status.in_(("open", "reopened")), not_(Incident.on_paper))
_COUNTS = (
    select(
        Incident.priority,
        func.count().label("open"),
        func.sum(case((_WAITS, 1), else_=0)).label("waiting"),
    )
    .where(Incident.is_open)
    .group_by(Incident.priority)
)
