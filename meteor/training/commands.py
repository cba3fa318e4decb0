"""`flask simulate-calls` and `flask simulate-busiest-day`: training with 2023's calls, live or in simulated time."""

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click
import urllib3
from flask import current_app
from sqlalchemy import select

from meteor.accounts.models import User, UserRole
from meteor.calls.figures import PERCENTILES, Figures, figures
from meteor.calls.forms import bounds
from meteor.calls.models import Call
from meteor.calls.waiting import STEPS
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.training import blueprint, busiest_day
from meteor.training.call_model import PRANKS, simulated_calls, simulated_day
from meteor.training.scenario import TAKERS, Scenario, Staff
from meteor.training.simulated_pbx import Send, SimulatedPbx

NAME = "Simulated exchange"
STEP_SECONDS = 0.5

RETRIES = 5
"""Times that a request is sent again after METEOR asked to wait (429, `Retry-After`), a minute at most."""

PRANKS_OPTION = click.option(
    "--pranks", type=click.FloatRange(0, 0.7), default=PRANKS, show_default=True, help="Share of pranks."
)
SEED_OPTION = click.option("--seed", type=int, default=2023, show_default=True, help="The same seed, the same calls.")


@blueprint.cli.command("simulate-calls")
@click.option("--rate", type=click.FloatRange(0.01, 600), required=True, help="Calls in a minute, on average.")
@click.option("--minutes", type=click.FloatRange(0.01, 24 * 60), required=True, help="For how long it rings.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where METEOR runs.")
@click.option("--token", envvar="METEOR_API_TOKEN", help="Of a client with calls:write and calls:read.")
@PRANKS_OPTION
@SEED_OPTION
def simulate_calls(rate: float, minutes: float, url: str, token: str | None, pranks: float, seed: int) -> None:
    """Announce calls to a running METEOR, in the proportions of 2023, for training."""
    send = _sender(url, token or _own_token())
    pbx = SimulatedPbx(simulated_calls(rate, minutes, seed, pranks), now(), send, click.echo)
    began = time.monotonic()
    while not pbx.over:
        try:
            pbx.step(time.monotonic() - began)
        except (urllib3.exceptions.HTTPError, ValueError) as problem:
            raise click.ClickException(f"METEOR at {url} does not take the calls: {problem}") from problem
        time.sleep(STEP_SECONDS)
    click.echo(", ".join(f"{count} {what}" for what, count in pbx.counts.items()))


@blueprint.cli.command("simulate-busiest-day")
@click.option("--times", type=click.FloatRange(0.1, 100), default=1, show_default=True, help="So many times its calls.")
@click.option("--hours", type=click.FloatRange(0.1, 24), default=24, show_default=True, help="Within so many hours.")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From the midnight (WIB) on which this day begins.  [default: yesterday]",
)
@PRANKS_OPTION
@SEED_OPTION
def simulate_busiest_day(times: float, hours: float, day: datetime | None, pranks: float, seed: int) -> None:
    """Play 2023's busiest day of 112 in the demo city, in simulated time, and print how soon calls were answered."""
    if not _is_demo():
        raise click.ClickException("this is not the demo city; simulated calls belong beside no real ones")
    start = bounds(day.date() if day else today() - timedelta(days=1), 1)[0]
    end = start + timedelta(hours=hours)
    if db.session.scalar(select(Call.id).where(Call.received_at >= start, Call.received_at < end).limit(1)):
        raise click.ClickException(f"other calls rang in that time; choose another --day than {start:%Y-%m-%d}")
    calls = simulated_day(round(busiest_day.calls(pranks) * times), hours * 60, seed, pranks)
    began = time.monotonic()
    Scenario(calls, _client(), _staff(), start, seed).play()
    click.echo(_told(figures(start, end)))
    db.session.commit()
    click.echo(f"Played in {time.monotonic() - began:.1f} s. See /calls/statistics?day={start:%Y-%m-%d} as supervisor.")


def _staff() -> Staff:
    takers = _with_role("call_taker")[:TAKERS]
    if len(takers) < TAKERS:
        raise click.ClickException(f"there are {len(takers)} call-takers, not {TAKERS}; fill a new demo city")
    return Staff(takers, _with_role("dispatcher")[0])


def _with_role(role: str) -> Sequence[User]:
    known = select(User).join(UserRole, UserRole.user_id == User.id).where(UserRole.role == role, User.active)
    return db.session.scalars(known.order_by(User.id)).all()


def _told(found: Figures) -> str:
    total = found.total
    within = (f"{total.percent(at)} % within {step} s" for at, step in enumerate(STEPS))
    waits = (f"{percent} % within {seconds:.1f} s" for percent, seconds in zip(PERCENTILES, total.seconds, strict=True))
    return "\n".join(
        [
            f"{total.rang} calls, {total.answered} answered, {total.abandoned} missed",
            f"Of all calls, answered: {', '.join(within)}",
            f"Of the answered: {', '.join(waits) if total.answered else 'none'}",
        ]
    )


def _own_token() -> str:
    """The token of a client made for this, in the demo city only."""
    if not _is_demo():
        raise click.ClickException("give the --token of a client; one is made by itself only in the demo city")
    token = clients.rotate(_client(), timedelta(), now(), None)
    db.session.commit()
    return token


def _is_demo() -> bool:
    return current_app.config["SETTINGS"].demo and audit.is_demo()


def _client() -> ApiClient:
    client = db.session.scalar(select(ApiClient).where(ApiClient.name == NAME)) or ApiClient(created_at=now())
    clients.save(client, {"name": NAME, "scopes": ["calls:read", "calls:write"], "per_minute": 100_000}, None)
    return client


def _sender(url: str, token: str) -> Send:
    told_to_wait = urllib3.Retry(
        total=None, connect=0, read=0, redirect=0, other=0, status=RETRIES, status_forcelist=(429,),
        allowed_methods=None, retry_after_max=60,
    )  # fmt: skip
    pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"}, timeout=10, retries=told_to_wait)

    def send(method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        given = {"json": body} if body else {}
        answer = pool.request(method, url.rstrip("/") + path, **given)
        if answer.status not in (200, 201):
            raise ValueError(f"{answer.status} {answer.data.decode(errors='replace')[:500]}")
        return json.loads(answer.data)

    return send
