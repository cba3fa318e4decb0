"""`flask import-warnings`: a message or a list of earthquakes from a file."""

from pathlib import Path

import click

from meteor.store.database import db, only_reading
from meteor.store.moments import now
from meteor.warnings import blueprint, cap, earthquake_rules, earthquakes, rules
from meteor.warnings.areas import City
from meteor.warnings.hardened_xml import MOST_BYTES
from meteor.warnings.messages import KEPT_TYPES, Message, NotUnderstood
from meteor.warnings.models import HazardWarning

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@blueprint.cli.command("import-warnings")
@click.argument("file", type=_FILE)
def import_warnings(file: Path) -> None:
    """Store a warning (CAP 1.2), or BMKG's list of earthquakes (JSON).

    An index of warnings (RSS, Atom) is not followed: add it as a feed.
    """
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    try:
        if len(data) > MOST_BYTES:
            raise NotUnderstood(f"it has more than {MOST_BYTES:,} bytes")
        if data.lstrip()[:1] == b"{":
            _import_earthquakes(data)
        else:
            _import_message(cap.read(data))
    except NotUnderstood as problem:
        raise click.ClickException(f"{file.name}: {problem}; nothing was stored") from problem


def _import_message(message: Message) -> None:
    stored = rules.store(rules.locate(message, _city()), now(), None)
    if stored is None and message.message_type in KEPT_TYPES:
        click.echo(f"{message.identifier} of {message.sender} is stored already.")
    elif stored is None:
        click.echo(f"{message.message_type} says nothing about a hazard and is not stored.")
    else:
        _tell(stored)
    db.session.commit()


def _import_earthquakes(data: bytes) -> None:
    found, wrong = earthquakes.read(data)
    city, stored = _city(), 0
    for quake in found:
        new = earthquake_rules.store(quake, now(), None, city)
        stored += len(new)
        for each in new:
            _tell(each)
    db.session.commit()
    click.echo(f"{len(found)} earthquakes read, {stored} warnings stored, {wrong} entries cannot be read.")


def _city() -> City:
    with only_reading():
        return City()


def _tell(stored: HazardWarning) -> None:
    names = ", ".join(sorted(each.kelurahan.name for each in stored.touched)) or "no kelurahan of the city"
    said = f"{stored.message_type} {stored.identifier} ({stored.status}, {stored.severity}) is stored: {names}."
    click.echo(f"{said} It ended before it came." if stored.ended_at else said)
