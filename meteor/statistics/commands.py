"""The table of response times, from the server's own keyboard."""

import click

from meteor.statistics import blueprint, rollup
from meteor.store.database import db


@blueprint.cli.command("rebuild-response-times")
def rebuild() -> None:
    """Have the scheduler compute the response times anew, 200 events at a time."""
    rollup.rebuild()
    db.session.commit()
    click.echo("The scheduler computes the response times anew.")
