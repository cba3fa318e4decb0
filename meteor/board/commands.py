"""The search's index, from the server's own keyboard."""

import click

from meteor.board import blueprint, search_index
from meteor.store.database import db


@blueprint.cli.command("rebuild-search")
def rebuild() -> None:
    """Forget the index of the search. The scheduler makes it anew, 50 events at a time."""
    search_index.rebuild()
    db.session.commit()
    click.echo("The scheduler makes the index anew.")
