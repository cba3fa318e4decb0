"""`flask demo`: the city to try METEOR in."""

import click
from flask import current_app

from meteor.demo import blueprint, city
from meteor.demo.people import ACCOUNTS, PASSWORD
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


def _print_accounts() -> None:
    width = max(len(account.username) for account in ACCOUNTS)
    click.echo(f"Demo accounts (the password of all is {PASSWORD}):")
    for account in ACCOUNTS:
        click.echo(f"  {account.username:{width}}  {account.who}")
