"""Commands about accounts: the first administrator, and a second factor that no other administrator can reset."""

import click

from meteor.accounts import blueprint, rules, second_factors
from meteor.store import audit
from meteor.store.database import db


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


@blueprint.cli.command("reset-second-factor")
@click.argument("username")
def reset_second_factor(username: str) -> None:
    """Reset the second factor of a user who has lost it, and sign them out."""
    user = rules.user_named(username)
    if user is None:
        raise click.ClickException(f"no user is called {username}")
    if not second_factors.reset(user, None, "flask reset-second-factor"):
        raise click.ClickException(f"{user.name} has no second factor")
    db.session.commit()
    click.echo(f"{user.name} signs in with the password alone, and an administrator sets a second factor up anew.")
