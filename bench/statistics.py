"""The figures of the statistics page from the table of response times, against the moments of every incident anew.

The incidents are those of a simulated year, played by every rule on a SQLite file; `statistics=2186` takes all of it.
The floor reads alerts, decisions, assignments and timeline of each incident by the same rules as the table is made by.
Its rows are compared with the table's. Counting them and the page's template are not in it, the counting is in ours.
Times are of the processor: nothing waits.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import process_time
from typing import Any

from sqlalchemy import select

from app import create_app
from bench import Case
from bench._load import WrongAnswer
from meteor.config import Settings
from meteor.incidents.models import Incident
from meteor.replay import scratch
from meteor.replay.commands import scratch_database
from meteor.replay.database_dispatch import DatabaseDispatch
from meteor.replay.simulation import Simulation
from meteor.replay.year import YEAR, plan_year
from meteor.statistics import rollup
from meteor.statistics.figures import Question, figures
from meteor.statistics.models import ResponseTimes
from meteor.store.database import db
from meteor.store.moments import now

ROUNDS = 3
INCIDENTS = 300
YEAR_ASKED = Question(f"{YEAR}-01", f"{YEAR}-12")
SEED = 1


def cases(incidents: int = INCIDENTS) -> Iterator[Case]:
    with create_app(Settings.from_environment()).app_context(), scratch_database(""):
        scratch.build({})
        city, at = scratch.read(), now()
        year = plan_year(city.cells, SEED)[:incidents]
        Simulation(year, DatabaseDispatch(), city.fleet, city.paces, SEED).play()
        db.session.commit()
        while rollup.extend(at):
            db.session.commit()
        db.session.commit()
        yield Case(
            f"{incidents} incidents", "their moments anew", "ms", [_pair(at) for _ in range(ROUNDS)], 0.1, "at most"
        )


def _pair(at: datetime) -> tuple[float, float]:
    """Milliseconds of ours and of the floor."""
    ours, read = _milliseconds(lambda: figures(YEAR_ASKED, "month", at))
    floor, rows = _milliseconds(_moments_anew)
    kept = [row._asdict() for row in db.session.execute(_KEPT)]
    if kept != rows or read.total.segments != len(rows):
        raise WrongAnswer(f"the table has {len(kept)} rows, the incidents give {len(rows)} others")
    return ours, floor


def _moments_anew() -> list[dict[str, Any]]:
    db.session.expunge_all()
    incidents = db.session.scalars(select(Incident).order_by(Incident.id))
    return [row for incident in incidents for row in rollup.rows_of(incident)]


def _milliseconds(compute: Callable[[], Any]) -> tuple[float, Any]:
    began = process_time()
    found = compute()
    return (process_time() - began) * 1000, found


_KEPT = select(*ResponseTimes.__table__.columns).order_by(ResponseTimes.incident_id, ResponseTimes.segment)
