"""`flask found-city`: what a new city begins with."""

import click
from flask import Blueprint

from meteor.incidents import foundation
from meteor.store import audit
from meteor.store.database import db, serialise

blueprint = Blueprint("incidents_commands", __name__, cli_group=None)


@blueprint.cli.command("found-city")
@click.option("--if-empty", is_flag=True, help="Leave a city that is founded alone, without a complaint.")
def found_city(if_empty: bool) -> None:
    """Add agencies, capabilities and incident types to an empty database."""
    serialise()
    try:
        foundation.lay()
    except foundation.Founded:
        if if_empty:
            return
        raise click.ClickException("this city has agencies or incident types already; change them as admin") from None
    audit.record(None, "city_founded", "city:foundation")
    db.session.commit()
    click.echo("The city has its agencies, capabilities and incident types.")
