"""`flask seed-city`: adds the reference data of a new city."""

import click

from meteor.protocols import blueprint, reference_data
from meteor.store import audit
from meteor.store.database import db


@blueprint.cli.command("seed-city")
@click.option("--if-empty", is_flag=True, help="Do nothing, without an error, if the city has reference data.")
def seed_city(if_empty: bool) -> None:
    """Add agencies, capabilities and incident types to an empty database."""
    try:
        reference_data.seed()
    except reference_data.AlreadySeeded:
        if if_empty:
            return
        raise click.ClickException("this city has agencies or incident types already; change them as admin") from None
    audit.record(None, "city_seeded", "city:reference_data")
    db.session.commit()
    click.echo("The city has its agencies, capabilities and incident types.")
