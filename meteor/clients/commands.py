"""Clients of the API, from the server's own keyboard."""

import click
from sqlalchemy import select

from meteor.clients import blueprint, rules
from meteor.clients.models import SCOPES, ApiClient
from meteor.store.database import db
from meteor.store.moments import now


@blueprint.cli.group("api-client")
def clients() -> None:
    """Clients of the API: add one, or change its token."""


@clients.command("new")
@click.option("--name", required=True, help="Whose system it is.")
@click.option("--scopes", required=True, help=f"What it may do, with commas: {','.join(SCOPES)}.")
@click.option("--per-minute", type=click.IntRange(1, 100_000), default=120, help="Requests in a minute at most.")
def new(name: str, scopes: str, per_minute: int) -> None:
    """Add a client and print its token, alone on the last line."""
    wanted = {scope.strip() for scope in scopes.split(",") if scope.strip()}
    if not wanted or not wanted <= set(SCOPES):
        raise click.ClickException(f"give one or more of these as --scopes, with commas: {','.join(SCOPES)}")
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise click.ClickException("give a --name of 1 to 100 characters")
    values = {"name": name, "scopes": sorted(wanted), "per_minute": per_minute}
    try:
        client, token = rules.new(values, now(), None)
    except rules.NameTaken as taken:
        raise click.ClickException(f"the name {taken} is taken; choose another, or rotate its token") from taken
    db.session.commit()
    click.echo(f"{client.name} may {', '.join(client.scopes)}. The token is shown only now:")
    click.echo(token)


@clients.command("rotate")
@click.option("--name", required=True, help="Whose token it is.")
def rotate(name: str) -> None:
    """Print a new token, alone on the last line; the old one stays good for a week."""
    client = db.session.scalar(select(ApiClient).where(ApiClient.name == name))
    if client is None:
        raise click.ClickException(f"no client is called {name}")
    token = rules.rotate(client, rules.OVERLAP, now(), None)
    db.session.commit()
    click.echo(f"Tokens that {client.name} had until now end in {rules.OVERLAP.days} days. The new one:")
    click.echo(token)
