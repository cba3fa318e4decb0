"""The table of response times, from the server's own keyboard."""

import click

from meteor.statistics import blueprint, rollup
from meteor.store.database import db


@blueprint.cli.command("rebuild-response-times")
def rebuild() -> None:
    """Forget the response times. The scheduler computes them anew, 200 events at a time."""
    rollup.rebuild()
    db.session.commit()
    click.echo("The scheduler computes the response times anew.")
