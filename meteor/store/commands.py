"""`flask audit verify`: proves that the audit log is as it was written."""

import re

import click

from meteor.store import audit_chain, blueprint
from meteor.store.database import only_reading
from meteor.store.moments import now


@blueprint.cli.group("audit")
def log() -> None:
    """The audit log: prove that it is as it was written."""


@log.command("verify")
@click.option("--head", "noted", help="A head that was noted earlier (NUMBER:HASH), from the log of the scheduler.")
def verify(noted: str | None) -> None:
    """Compute the hash chain of the audit log again; exit with 1 at the first entry that does not fit."""
    known = _head(noted) if noted else None
    with only_reading():
        report = audit_chain.verify(now(), known)
    if report.problem:
        raise click.ClickException(f"the audit log is not as it was written: {report.problem}")
    click.echo(f"{report.head.number} entries verified, {report.unchained} not chained yet. Head:")
    click.echo(str(report.head))


def _head(noted: str) -> audit_chain.Head:
    if not re.fullmatch(r"[0-9]{1,18}:[0-9a-f]{64}", noted):
        raise click.ClickException("give --head as NUMBER:HASH, with a hash of 64 hexadecimal digits")
    number, _, digest = noted.partition(":")
    return audit_chain.Head(int(number), digest)
