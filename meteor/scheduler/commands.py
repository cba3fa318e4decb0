"""`flask scheduler` runs all jobs; `flask rotate-key` seals and indexes all secrets under the new keys."""

import signal
import sys
from functools import partial
from types import FrameType
from typing import NoReturn

import click
from cryptography.exceptions import InvalidTag
from flask import current_app
from flask.blueprints import BlueprintSetupState

from meteor import leave_out_of_collections
from meteor.clients import rules as clients
from meteor.notices import sender_process
from meteor.scheduler import blueprint
from meteor.scheduler.delivery import deliver, deliver_pushes
from meteor.scheduler.destination_queues import DestinationQueues
from meteor.scheduler.loop import Scheduler
from meteor.store import audit, outbox, rotation
from meteor.store.database import db, hang_up
from meteor.store.work import Job


@blueprint.record
def deliver_outbox(state: BlueprintSetupState) -> None:
    """Add the jobs that give items of the outbox to the handlers of all packages."""
    config = state.app.config
    handlers, pushes, partners = config["HANDLERS"], config["PUSHES"], config["PARTNERS"]
    queues = DestinationQueues(partners, state.app.app_context)  # type: ignore[attr-defined]
    elsewhere = pushes.keys() | partners.keys()
    config["JOBS"] += [
        Job(
            "outbox.delivery", 0.1, partial(deliver, handlers, elsewhere=elsewhere),
            lambda at: outbox.next_due(but=elsewhere),
        ),
        Job("outbox.push", 0.1, partial(deliver_pushes, pushes), lambda at: outbox.next_due(only=pushes)),
        Job("outbox.partners", 0.5, queues.run, lambda at: outbox.next_due(only=partners)),
    ]  # fmt: skip


@blueprint.cli.command("scheduler")
def scheduler() -> None:
    """Run the jobs until SIGTERM: expiry of offers, escalation, the outbox, retention."""
    running = Scheduler(current_app.config["JOBS"], current_app._get_current_object().app_context)  # type: ignore[attr-defined]

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        running.ended = True
        sys.exit(0)

    for number in sender_process.STOPS:
        signal.signal(number, stop)
    click.echo(f"The scheduler is {running.me} and has {len(running.jobs)} jobs.", err=True)
    leave_out_of_collections()
    hang_up()
    running.end_with(sender_process.begin().wait)
    running.run()
    if running.ended:
        return
    raise click.ClickException("a thread (see above), or the process that sends, has ended: start the scheduler again")


@blueprint.cli.command("rotate-key")
@click.option("--status", is_flag=True, help="Only say what is left, and change nothing.")
def rotate_key(status: bool) -> None:
    """Seal and index all secrets under METEOR_DATA_KEY and METEOR_INDEX_KEY.

    May be stopped at any moment and started again, while METEOR runs.
    """
    if not status:
        _rotate()
    for label, count in rotation.left().items():
        click.echo(f"{label}: {count} left")
    click.echo(rotation.advice() or "There are no old keys.")


def _rotate() -> None:
    done = {"webhooks": clients.keep_derived_secrets()}
    db.session.commit()
    for column in rotation.columns():
        total, done[column.label] = rotation.left()[column.label], 0
        while count := _step(column):
            db.session.commit()
            done[column.label] += count
            click.echo(f"{column.label}: {done[column.label]} of {total}")
    changed = {label: count for label, count in done.items() if count}
    if changed:
        audit.record(None, "keys_rotated", "keys:*", **changed)
        db.session.commit()


def _step(column: rotation.Column) -> int:
    try:
        return rotation.step(column)
    except InvalidTag:
        raise click.ClickException(
            f"{column.label}: a value opens with none of the keys. Give its key in METEOR_DATA_KEY_OLD."
        ) from None
