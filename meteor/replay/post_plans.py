"""Plans of posts: a CSV file that says where motorbikes stand."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from meteor.geo import Point, metres_flat
from meteor.territory.tables import NeverClosed, numbered_rows

NAMED = "TRAIL-{:02}"
"""The call sign of a motorbike with a number."""

FARTHEST = 2_500.0
"""Metres from the nearest centroid of a kelurahan at which a post may be: as far as METEOR takes for the city."""


class WrongPlan(Exception):
    """The file is no plan of posts; the text says which line and column, and why."""


def read(file: Path, motorbikes: Collection[str], centroids: Sequence[Point]) -> dict[str, Point]:
    """The posts by call sign, in degrees WGS-84. Motorbikes that the file does not name stay. Raises WrongPlan."""
    (number, names), *rows = _rows(file)
    if not rows:
        raise WrongPlan(f"{file} names no motorbike")
    for missing in _missing([name.lower() for name in names]):
        raise WrongPlan(f"{file}, line {number}: there is no column {missing}")
    found: dict[str, Point] = {}
    for number, cells in rows:
        row = dict(zip(map(str.lower, names), cells, strict=False))
        try:
            call_sign = _call_sign(row, motorbikes, found)
            found[call_sign] = _place(row, centroids)
        except ValueError as problem:
            raise WrongPlan(f"{file}, line {number}, {problem}") from problem
    return found


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """The column names and the rows, each with its line's number."""
    try:
        return list(numbered_rows(file.read_bytes().decode("utf-8-sig"))) or [(1, [])]
    except (OSError, UnicodeDecodeError) as error:
        raise WrongPlan(f"{file} cannot be read: {error}") from error
    except NeverClosed as cell:
        raise WrongPlan(f"{file}, line {cell.line}: a quotation mark is never closed") from cell


def _missing(names: Collection[str]) -> Iterator[str]:
    if not {"call_sign", "number"}.intersection(names):
        yield "call_sign or number"
    yield from (name for name in ("lat", "lon") if name not in names)


def write(file: Path, rows: Iterable[tuple[str, Point, str, float]]) -> None:
    """Write posts with what is near, and the gain in percent points. Raises OSError."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("call_sign", "lat", "lon", "near", "gain"))
        for call_sign, place, near, gain in rows:
            writer.writerow((call_sign, f"{place[0]:.5f}", f"{place[1]:.5f}", near, f"{gain:.3f}"))


def _call_sign(row: dict[str, str], motorbikes: Collection[str], found: Collection[str]) -> str:
    column = "call_sign" if row.get("call_sign") or "number" not in row else "number"
    told = row.get(column, "")
    call_sign = NAMED.format(int(told)) if re.fullmatch(r"\d{1,3}", told, re.ASCII) else told.upper()
    if call_sign not in motorbikes:
        raise ValueError(f"column {column}: there is no motorbike {told or '(empty)'}")
    if call_sign in found:
        raise ValueError(f"column {column}: {call_sign} stands at a post already")
    return call_sign


def _place(row: dict[str, str], centroids: Sequence[Point]) -> Point:
    latitude, longitude = _degrees(row, "lat", 90), _degrees(row, "lon", 180)
    if not _is_near(latitude, longitude, centroids):
        raise ValueError(f"columns lat and lon: {latitude}, {longitude} is not in the city")
    return latitude, longitude


def _degrees(row: dict[str, str], column: str, limit: int) -> float:
    told = row.get(column, "")
    if (
        not re.fullmatch(r"-?\d{1,3}([.,]\d+)?", told, re.ASCII)
        or abs(degrees := float(told.replace(",", "."))) > limit
    ):
        raise ValueError(f"column {column}: {told or '(empty)'} is not in degrees, such as -7.7497 or 113.2139")
    return degrees


def _is_near(latitude: float, longitude: float, centroids: Sequence[Point]) -> bool:
    return any(metres_flat(latitude, longitude, *place) <= FARTHEST for place in centroids)
