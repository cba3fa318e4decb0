"""The first administrator, who has nobody to be invited by."""

import click
from flask import Blueprint

from meteor.accounts import rules
from meteor.store import audit
from meteor.store.database import db

blueprint = Blueprint("accounts_commands", __name__, cli_group=None)


@blueprint.cli.command("new-admin")
@click.argument("username")
@click.argument("name")
def new_admin(username: str, name: str) -> None:
    """Add an administrator and print the link to a password."""
    try:
        user = rules.new_user(username, name, ["admin"])
    except rules.UsernameTaken as taken:
        raise click.ClickException(f"the user name {taken} is taken; choose another") from taken
    token = rules.invite(user)
    audit.record(None, "user_added", f"users:{user.id}", roles=["admin"])
    db.session.commit()
    click.echo(f"{user.name} chooses a password within {rules.INVITED_FOR.days} days at this address of METEOR:")
    click.echo(f"/invitations/{token}")
