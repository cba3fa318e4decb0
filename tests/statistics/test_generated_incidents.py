"""Figures of generated incidents, from their stored rows on: what numpy says of the same moments."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import insert, select

from meteor.dispatch.models import Assignment
from meteor.incidents.models import Decision, Event, Incident, Merge
from meteor.statistics import rollup
from meteor.statistics.figures import LIMITS, Question, Spread, figures
from meteor.statistics.models import ResponseTimes
from meteor.store.database import Base, db
from meteor.store.moments import WIB
from tests.cast import Cast
from tests.statistics.test_rollup import kept_up

COUNT = 300
MANY, DETAILED = 100_000, 250
"""Of MANY incidents each so-many-th has its rows in all tables: their own is compared with what these say."""

FIRST = datetime(2026, 10, 31, 12, tzinfo=UTC)
"""Five hours before November begins in the city; a third of the incidents is from before its first midnight there."""

AT = datetime(2026, 12, 1, tzinfo=UTC)


class Segment(NamedTuple):
    """What is true of a segment that counts: seconds after its receipt, None of what did not happen."""

    received_at: datetime
    accepted: float | None
    on_scene: float | None
    lasted: float

    def moment(self, seconds: float | None) -> datetime | None:
        """The moment so many seconds after the receipt."""
        return None if seconds is None else self.received_at + timedelta(seconds=seconds)


class Generated:
    """Rows of incidents with gaps, reopenings, drills, parts and duplicates, and the segments that count."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.chance = random.Random(seed)
        self.type_id, self.unit_id = cast.incident_type("fire").id, cast.unit("TRAIL-01").id
        self.staff_id = cast.komang.id
        self.rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self.segments: list[Segment] = []
        self.main = 1

    def make(self, count: int) -> None:
        """Store so many incidents. Commits."""
        for number in range(1, count + 1):
            self._incident(number)
        self._store()

    def make_with_table(self, count: int) -> None:
        """Store so many incidents, with the table of all and the other rows of each DETAILED-th. Commits."""
        for number in range(1, count + 1):
            before = {model: len(rows) for model, rows in self.rows.items()}
            counts = len(self.segments)
            self._incident(number)
            self._tabulate(number, self.segments[counts:])
            if number % DETAILED:
                for model in (Merge, Decision, Assignment, Event):
                    del self.rows[model][before.get(model, 0) :]
        self._store()

    def _store(self) -> None:
        for model in (Incident, Merge, Decision, Assignment, Event, ResponseTimes):
            if self.rows[model]:
                db.session.execute(insert(model.__table__), self.rows[model])  # type: ignore[arg-type]
        db.session.commit()

    def _tabulate(self, number: int, segments: list[Segment]) -> None:
        shared = {"type_id": self.type_id, "priority": 1, "source": "panic", "from_paper": False, "kelurahan_id": None}
        for segment, part in enumerate(segments, start=1):
            here, seen = part.received_at.astimezone(WIB), part.accepted if segment == 1 else None
            steps = {"seen": seen, "accepted": part.accepted, "on_scene": part.on_scene, "closed": part.lasted}
            moments = {f"{name}_at": part.moment(it) for name, it in steps.items()}
            self.rows[ResponseTimes].append({
                "incident_id": number, "segment": segment, "month": f"{here:%Y-%m}", "day": f"{here:%Y-%m-%d}",
                "hour": here.hour, "pressed_at": None, "received_at": part.received_at, "triaged_at": None,
                "offered_at": None if part.accepted is None else part.received_at, "en_route_at": None,
                **shared, **moments, **{f"{name}_after": it for name, it in steps.items()},
            })  # fmt: skip

    def _incident(self, number: int) -> None:
        kind = self.chance.choices(["counts", "drill", "part", "duplicate"], [80, 8, 7, 5])[0]
        if number == 1:
            kind = "counts"
        if kind == "counts":
            self.main = number
        opened = FIRST + timedelta(seconds=round(self.chance.uniform(0, 15 * 3600), 3))
        first = self._segment(number, opened, helped=kind != "part")  # its units went to the main incident
        found = [first]
        if kind != "part" and self.chance.random() < 0.15:
            again = opened + timedelta(seconds=first.lasted + 600)
            self._decide(number, "reopening", again)
            found.append(self._segment(number, again))
        if kind == "counts":
            self.segments += found
        self.rows[Incident].append({
            "id": number, "number": f"261031-{number:05}", "opened_at": opened, "status": "closed", "priority": 1,
            "type_id": self.type_id, "source": "panic", "drill": kind == "drill",
            "merged_into_id": self.main if kind == "part" else None,
            "outcome": "duplicate" if kind in ("part", "duplicate") else "helped",
        })  # fmt: skip
        if kind == "part":
            merge = {"incident_id": number, "into_id": self.main, "merged_at": AT, "merged_by_id": self.staff_id}
            self.rows[Merge].append(merge)
        self.rows[Event].append({"incident_id": number, "at": opened, "event_type": "opened"})

    def _segment(self, number: int, received: datetime, *, helped: bool = True) -> Segment:
        """A segment with its assignment and closure; each step may be missing, an arrival only with an acceptance."""
        lasted = round(self.chance.lognormvariate(6, 1), 3)
        accepted = None if not helped or self.chance.random() < 0.1 else round(lasted * self.chance.uniform(0, 0.1), 3)
        missing = accepted is None or self.chance.random() < 0.2
        on_scene = None if missing else round(lasted * self.chance.uniform(0.1, 0.9), 3)
        part = Segment(received, accepted, on_scene, lasted)
        self._decide(number, "closure", received + timedelta(seconds=lasted))
        if accepted is not None:
            self._assign(number, part)
        return part

    def _assign(self, number: int, part: Segment) -> None:
        steps = {"accepted_at": part.accepted, "on_scene_at": part.on_scene}
        moments = {name: part.moment(it) for name, it in steps.items()}
        self.rows[Assignment].append({
            "incident_id": number, "unit_id": self.unit_id, "capability": "patrol",
            "status": "cleared", "offered_at": part.received_at, "expires_at": part.received_at,
            "ended_at": part.received_at + timedelta(seconds=part.lasted), **moments,
        })  # fmt: skip

    def _decide(self, number: int, kind: str, at: datetime) -> None:
        self.rows[Decision].append({"incident_id": number, "kind": kind, "at": at})


def of_numpy(steps: list[tuple[float | None, float]], limits: tuple[int, ...]) -> Spread:
    """The figures of seconds to a step, each with the seconds that the segment lasted."""
    known = np.array([seconds for seconds, _ in steps if seconds is not None])
    without = np.array([lasted for seconds, lasted in steps if seconds is None])
    p50, p90 = np.percentile(known, (50, 90), method="inverted_cdf")
    within = tuple(int((known <= limit).sum()) for limit in limits)
    decided = tuple(len(known) + int((without > limit).sum()) for limit in limits)
    return Spread(len(known), p50, p90, within, decided)


def test_figures_of_incidents_with_gaps_reopenings_drills_and_merges_are_numpys(cast: Cast) -> None:
    made = Generated(cast, seed=14)
    made.make(COUNT)
    kept_up()
    assert_numpys(made, COUNT)


def test_figures_of_100_000_such_incidents_are_numpys(cast: Cast) -> None:
    made = Generated(cast, seed=15)
    made.make_with_table(MANY)
    of_rows = select(Incident).where(Incident.id % DETAILED == 0).order_by(Incident.id)
    detailed = [row for incident in db.session.scalars(of_rows) for row in rollup.rows_of(incident)]
    assert detailed == [row for row in made.rows[ResponseTimes] if row["incident_id"] % DETAILED == 0]
    assert_numpys(made, MANY)


def assert_numpys(made: Generated, count: int) -> None:
    """The figures of November are those of numpy, of all and of one hour."""
    november = [each for each in made.segments if each.received_at.astimezone(WIB).month == 11]
    assert count > len(made.segments) > len(november) > count // 2
    found = figures(Question("2026-11", "2026-11"), "hour", AT)
    assert found.total.segments == len(november) == sum(row.segments for row in found.rows)
    for name in ("accepted", "on_scene"):
        steps = [(getattr(each, name), each.lasted) for each in november]
        assert getattr(found.total, name) == of_numpy(steps, LIMITS[name])
        at_one = [(getattr(each, name), each.lasted) for each in november if each.received_at.astimezone(WIB).hour == 1]
        (row,) = (row for row in found.rows if row.key == 1)
        assert getattr(row, name) == of_numpy(at_one, LIMITS[name])
