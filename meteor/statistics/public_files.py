"""The public figures as files for journalists and maps; docs/statistics.md says what each column and property is."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from meteor.statistics.public_counts import FEW
from meteor.statistics.public_figures import PublicFigures, PublicRow
from meteor.store import sheets
from meteor.store.database import db
from meteor.territory.models import Kelurahan

COLUMNS = (
    "level", "code", "name", "month", "complete", "months_counted", "incidents", "within_3_min_percent",
    "within_15_min_percent", "p50_seconds", "p90_seconds",
)  # fmt: skip

WORDS = {FEW: "< 5", "joined": "joined"}
"""Words in the place of a hidden number."""


def as_csv(figures: PublicFigures, areas: Sequence[Kelurahan]) -> bytes:
    """A line for each month, kelurahan, and kelurahan in each complete month; semicolons, as spreadsheets here read."""
    return sheets.written([COLUMNS, *(map(sheets.harmless, line) for line in _lines(figures, areas))])


def as_geojson(figures: PublicFigures, areas: Sequence[Kelurahan], day: date) -> dict[str, Any]:
    """A FeatureCollection (RFC 7946) of kelurahan, with the city's months and its period as members of its own."""
    boundaries = _boundaries()
    rows = {row.figures.key: row for row in figures.areas}
    features = [
        {
            "type": "Feature", "id": area.code, "geometry": boundaries.get(area.id),
            "properties": {
                "code": area.code, "name": area.name, "kecamatan": area.kecamatan.name, "months": rows[area.id].months,
                **_numbers(rows[area.id].figures), "incidents_by_month": rows[area.id].counts,
            },
        }
        for area in areas
    ]  # fmt: skip
    return {
        "type": "FeatureCollection", "features": features,
        "city": _numbers(figures.total), "joined": _numbers(figures.joined),
        "unknown_place": {**_numbers(rows[None].figures), "incidents_by_month": rows[None].counts},
        "months": [
            {"month": row.key, "complete": row.key != figures.partial, **_numbers(row)} for row in figures.months
        ],
        "counted_until": day.isoformat(),
    }  # fmt: skip


def _boundaries() -> dict[int, Any]:
    rows = db.session.scalars(select(Kelurahan).options(undefer(Kelurahan.boundary))).all()
    return {row.id: json.loads(row.boundary) for row in rows if row.boundary}


def _numbers(row: PublicRow) -> dict[str, int | None]:
    return {
        "incidents": row.incidents, "within_3_min_percent": row.within[0], "within_15_min_percent": row.within[1],
        "p50_seconds": _up(row.p50), "p90_seconds": _up(row.p90),
    }  # fmt: skip


def _lines(figures: PublicFigures, areas: Sequence[Kelurahan]) -> Iterator[list[str]]:
    names = {area.id: (area.code, area.name) for area in areas}
    for each in figures.months:
        complete = "no" if each.key == figures.partial else "yes"
        number, *others = _cells(each)
        yield ["city", "", "", each.key, complete, "1", number or WORDS[FEW], *others]
    summed = sum(each.incidents is not None for each in figures.months)
    yield ["city", "", "", "", "no" if figures.partial else "yes", str(summed), *_cells(figures.total)]
    for row in figures.areas:
        code_and_name = names.get(row.figures.key, ("", "unknown place"))
        yield ["kelurahan", *code_and_name, "", "yes", str(row.months), *_cells(row.figures)]
        for month, count in row.counts.items():
            shown = WORDS[count] if isinstance(count, str) else str(count)
            yield ["kelurahan", *code_and_name, month, "yes", "1", shown, "", "", "", ""]
    yield ["joined", "", "", "", "yes", str(len(figures.split)), *_cells(figures.joined)]


def _cells(row: PublicRow) -> list[str]:
    return ["" if value is None else str(value) for value in _numbers(row).values()]


def _up(seconds: float | None) -> int | None:
    """Whole seconds, rounded up: 180.2 s is not within three minutes."""
    return None if seconds is None else ceil(seconds)
