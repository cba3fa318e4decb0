"""5,000 presses by one account, and 5,000 by as many accounts, beside presses of other citizens and the scheduler.

METEOR_BENCH_PRESSES is another number of presses, METEOR_BENCH_DATABASE_URL an empty PostgreSQL database.
"""

import os
from collections.abc import Iterator

from sqlalchemy import select

from bench import Case
from bench._city import demo_city, gunicorn, people, scheduler, sign_in
from bench._flood import CLIENTS, flood
from meteor.residents.models import Household, Leadership
from meteor.store.database import db

PRESSES = int(os.environ.get("METEOR_BENCH_PRESSES", "5000"))
URL = os.environ.get("METEOR_BENCH_DATABASE_URL", "")
OTHERS = 6_000

LONGEST_PRESS, MOST_CORE, LATEST_RING = 300.0, 0.5, 3.0
"""Another citizen's p99 in ms, the scheduler's share of a core, and seconds until people are rung."""


def cases() -> Iterator[Case]:
    for name, accounts in (("one account", 1), (f"{PRESSES} accounts", PRESSES)):
        with demo_city(URL) as app:
            var = app.config["SETTINGS"].var
            place = _where_a_leader_is_rung()
            cookies = sign_in(app, people("citizen", accounts + OTHERS))
            with gunicorn("app:app", var) as port, scheduler(var, URL) as pid:
                seen = flood(port, pid, cookies[:accounts], PRESSES, iter(cookies[accounts:]), place)
        what = f"{PRESSES} presses by {CLIENTS} connections in {seen.seconds:.0f} s, {seen.others} presses of others"
        yield Case(f"{name}: others' p99", "limit", "ms", [(seen.p99, LONGEST_PRESS)], 1, "at most", note=what)
        yield Case(f"{name}: scheduler", "limit", "cores", [(seen.core, MOST_CORE)], 1, "at most")
        yield Case(f"{name}: latest ring", "limit", "s", [(seen.latest, LATEST_RING)], 1, "at most")


def _where_a_leader_is_rung() -> str:
    """Latitude and longitude of a home in an RT that has a leader."""
    homes = select(Household.latitude, Household.longitude).join(Leadership, Leadership.rt_id == Household.rt_id)
    home = db.session.execute(homes.where(Household.latitude.is_not(None)).limit(1)).one()
    return f"{home.latitude},{home.longitude}"
