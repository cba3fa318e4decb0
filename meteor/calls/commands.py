"""A simulated telephone exchange for training: calls as 2023 had them, announced to a running METEOR."""

import json
import time
from datetime import timedelta
from typing import Any

import click
import urllib3
from flask import Blueprint, current_app
from sqlalchemy import select

from meteor.calls.mix import PRANKS, rings
from meteor.calls.simulation import Exchange, Send
from meteor.clients import rules as clients
from meteor.clients.models import ApiClient
from meteor.store.database import db
from meteor.store.moments import now

blueprint = Blueprint("calls_commands", __name__, cli_group=None)

NAME = "Simulated exchange"
STEP_SECONDS = 0.5


@blueprint.cli.command("simulate-calls")
@click.option("--rate", type=click.FloatRange(0.01, 600), required=True, help="Calls in a minute, on average.")
@click.option("--minutes", type=click.FloatRange(0.01, 24 * 60), required=True, help="For how long it rings.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where METEOR runs.")
@click.option("--token", envvar="METEOR_API_TOKEN", help="Of a client with calls:write and calls:read.")
@click.option("--pranks", type=click.FloatRange(0, 0.7), default=PRANKS, show_default=True, help="Share of pranks.")
@click.option("--seed", type=int, default=2023, show_default=True, help="The same seed, the same calls.")
def simulate_calls(rate: float, minutes: float, url: str, token: str | None, pranks: float, seed: int) -> None:
    """Let calls ring at a running METEOR, with 2023's mix, for training."""
    send = _sender(url, token or _own_token())
    exchange = Exchange(rings(rate, minutes, seed, pranks), now(), send, click.echo)
    began = time.monotonic()
    while not exchange.over:
        try:
            exchange.step(time.monotonic() - began)
        except (urllib3.exceptions.HTTPError, ValueError) as problem:
            raise click.ClickException(f"METEOR at {url} does not take the calls: {problem}") from problem
        time.sleep(STEP_SECONDS)
    click.echo(", ".join(f"{count} {what}" for what, count in exchange.counts.items()))


def _own_token() -> str:
    """A token of a client made for this, in the demo city only: nobody should simulate calls where real ones ring."""
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("give the --token of a client; it is made by itself only with METEOR_DEMO=1")
    known = db.session.scalar(select(ApiClient).where(ApiClient.name == NAME))
    if known:
        token = clients.rotate(known, timedelta(), now(), None)
    else:
        values = {"name": NAME, "scopes": ["calls:read", "calls:write"], "per_minute": 100_000}
        token = clients.new(values, now(), None)[1]
    db.session.commit()
    return token


def _sender(url: str, token: str) -> Send:
    pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"}, timeout=10, retries=False)

    def send(method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        given = {"json": body} if body else {}
        answer = pool.request(method, url.rstrip("/") + path, **given)
        if answer.status not in (200, 201):
            raise ValueError(f"{answer.status} {answer.data.decode(errors='replace')[:500]}")
        return json.loads(answer.data)

    return send
