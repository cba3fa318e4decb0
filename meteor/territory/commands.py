"""`flask import-kelurahan`, `import-boundaries` and `import-streets`: the city's areas and its map from files."""

from collections.abc import Iterable
from pathlib import Path

import click
from flask_babel import force_locale

from meteor.store.database import db
from meteor.streets import reading
from meteor.streets.composition import compose
from meteor.streets.features import Extract, NotAMap
from meteor.streets.kinds import KINDS
from meteor.streets.labels import OPENSTREETMAP
from meteor.streets.rules import Counts, replace_map
from meteor.territory import blueprint, boundaries, kelurahan_table
from meteor.territory.city_area import city_area

BEYOND = 2000.0
"""Metres around the city that its map shows too."""

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


@blueprint.cli.command("import-streets")
@click.argument("file", type=_FILE)
@click.option("--buildings", is_flag=True, help="Take the outlines of buildings too: several times as much data.")
def import_streets(file: Path, buildings: bool) -> None:
    """Replace the map of streets by an extract of OpenStreetMap.

    FILE is .osm.pbf, .osm, .osm.xml or .geojson (with OpenStreetMap's tags). What lies outside of the city and 2 km
    around it is left away.
    """
    street_map = compose(_extract(file, buildings))
    counts = replace_map(street_map, file.name, OPENSTREETMAP, None)
    db.session.commit()
    _tell(file.name, counts)


def _extract(file: Path, buildings: bool) -> Extract:
    """The map in a file. Ends the command if there is none in it, or none of this city."""
    area = city_area(BEYOND)
    db.session.rollback()  # reading takes long, and a transaction keeps the right to write from presses
    if area.is_empty:
        raise click.ClickException("there are no kelurahan yet, so the city's area is unknown: import-kelurahan first")
    try:
        extract = reading.read(file, area, buildings)
    except NotAMap as error:
        raise click.ClickException(f"{file.name} {error}; nothing was imported") from error
    if not extract.features:
        what = f"none of its {extract.read} lines and areas lies within the city" if extract.read else (
            "it has no streets, railways, water or coast")  # fmt: skip
        raise click.ClickException(f"{file.name}: {what}; an extract of the city would be right; nothing was imported")
    return extract


def _tell(name: str, counts: Counts) -> None:
    kinds = (f"{kind} {counts.kinds[kind]:,}" for kind in KINDS if kind in counts.kinds)
    click.echo(f"{name} imported: {counts.streets:,} streets with names, {counts.houses:,} house numbers.")
    click.echo(f"Lines and areas: {', '.join(kinds)}.")
    click.echo("Below every map stands “© OpenStreetMap contributors”.")


def _refuse(problems: Iterable[str]) -> None:
    """End with every problem, if there is one; nothing was stored."""
    said = list(problems)
    for problem in said:
        click.echo(problem, err=True)
    if said:
        raise click.ClickException("nothing was imported")
