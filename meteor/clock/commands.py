"""`flask clock`: the process in which time passes."""

import signal
import sys
from types import FrameType
from typing import NoReturn

import click
from flask import Blueprint, current_app

from meteor.clock.loop import Clock

blueprint = Blueprint("clock_commands", __name__, cli_group=None)


@blueprint.cli.command("clock")
def clock() -> None:
    """Do what comes round, until SIGTERM: offers that run out, escalations, the outbox, retention."""
    running = Clock(current_app.config["JOBS"], current_app._get_current_object().app_context)  # type: ignore[attr-defined]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    click.echo(f"The clock is {running.me} and has {len(running.jobs)} jobs.", err=True)
    running.run()
    raise click.ClickException("the clock lost one of its threads (see above) and must be started again")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)
