"""`flask import-kelurahan` and `flask import-boundaries`: the city's areas from files."""

from collections.abc import Iterable
from pathlib import Path

import click
from flask_babel import force_locale

from meteor.store.database import db
from meteor.territory import blueprint, boundaries, kelurahan_table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@blueprint.cli.command("import-kelurahan")
@click.argument("file", type=_FILE, default=kelurahan_table.OWN)
def import_kelurahan(file: Path) -> None:
    """Load the table of the kelurahan (CSV).

    Without FILE the 29 of Kota Probolinggo.
    """
    with force_locale("en"):
        lines, problems = kelurahan_table.TABLE.read(file.read_bytes())
        _refuse(f"{file.name}, line {line}, {column or 'whole line'}: {reason}" for line, column, reason in problems)
    counts = kelurahan_table.store(lines, None)
    db.session.commit()
    click.echo(f"{counts.added} kelurahan added, {counts.changed} changed, {counts.unchanged} as before.")


@blueprint.cli.command("import-boundaries")
@click.argument("file", type=_FILE)
def import_boundaries(file: Path) -> None:
    """Load the kelurahan's boundaries (GeoJSON).

    The features of FILE name the kelurahan by the property "code".
    """
    with force_locale("en"):
        areas, problems = boundaries.boundaries_of(file.read_bytes())
        _refuse(f"{file.name}, feature {number} ({code or 'no code'}): {reason}" if number else f"{file.name}: {reason}"
                for number, code, reason in problems)  # fmt: skip
    boundaries.store(areas, None)
    db.session.commit()
    click.echo(f"{len(areas)} boundaries imported.")


def _refuse(problems: Iterable[str]) -> None:
    """End with every problem, if there is one; nothing was stored."""
    said = list(problems)
    for problem in said:
        click.echo(problem, err=True)
    if said:
        raise click.ClickException("nothing was imported")
