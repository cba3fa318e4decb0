"""`flask demo`: the city to try METEOR in; `flask prepare`: all that a database needs before it is served."""

import click
import flask_migrate
from flask import current_app

from meteor.demo import blueprint, city
from meteor.demo.people import ACCOUNTS, PASSWORD
from meteor.protocols.commands import seed_city
from meteor.store import audit
from meteor.store.database import db


@blueprint.cli.command("demo")
@click.option("--if-empty", is_flag=True, help="Leave a database that has something in it alone, without a complaint.")
def demo(if_empty: bool) -> None:
    """Fill an empty database with the demo city.

    Prints the accounts.
    """
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("the demo city is switched off; METEOR_DEMO=1 switches it on")
    try:
        city.fill()
        db.session.commit()
    except city.NotEmpty:
        if not if_empty:
            raise click.ClickException(
                "this database has something in it already; the demo city goes into an empty one only"
            ) from None
    if audit.is_demo():
        _print_accounts()


@blueprint.cli.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Bring the schema up to date, and fill an empty database with the demo city or the reference data.

    One process does all of it: most of the time of a command is its start.
    """
    flask_migrate.upgrade()
    if current_app.config["SETTINGS"].demo:
        context.invoke(demo, if_empty=True)
    context.invoke(seed_city, if_empty=True)


def _print_accounts() -> None:
    width = max(len(account.username) for account in ACCOUNTS)
    click.echo(f"Demo accounts (the password of all is {PASSWORD}):")
    for account in ACCOUNTS:
        click.echo(f"  {account.username:{width}}  {account.who}")
