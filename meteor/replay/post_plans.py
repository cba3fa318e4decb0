"""Plans of posts: a CSV file that says where motorbikes stand."""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from math import isfinite
from pathlib import Path

from meteor.geo import Point, metres_flat

NAMED = "TRAIL-{:02}"
"""The call sign of a motorbike with a number."""

FARTHEST = 2_500.0
"""Metres from the nearest centroid of a kelurahan at which a post may be: as far as METEOR takes for the city."""


class WrongPlan(Exception):
    """The file is no plan of posts; the text says which line and why."""


def read(file: Path, motorbikes: Collection[str], centroids: Sequence[Point]) -> dict[str, Point]:
    """The posts by call sign, in degrees WGS-84. Motorbikes that the file does not name stay. Raises WrongPlan."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            head = opened.readline()
            opened.seek(0)
            rows = list(csv.DictReader(opened, delimiter=";" if ";" in head else ","))  # Excel here saves semicolons
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongPlan(f"{file} cannot be read: {error}") from error
    found: dict[str, Point] = {}
    for number, row in enumerate(rows, start=2):
        try:
            call_sign = _call_sign(row, motorbikes, found)
            found[call_sign] = _place(row, centroids)
        except ValueError as problem:
            raise WrongPlan(f"{file}, line {number}: {problem}") from problem
    if not found:
        raise WrongPlan(f"{file} names no motorbike; its columns are call_sign (or number), lat, lon")
    return found


def write(file: Path, rows: Iterable[tuple[str, Point, str, float]]) -> None:
    """Write posts with what is near, and the gain in percent points. Raises OSError."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("call_sign", "lat", "lon", "near", "gain"))
        for call_sign, place, near, gain in rows:
            writer.writerow((call_sign, f"{place[0]:.5f}", f"{place[1]:.5f}", near, f"{gain:.3f}"))


def _call_sign(row: dict[str, str], motorbikes: Collection[str], found: Collection[str]) -> str:
    told = (row.get("call_sign") or row.get("number") or "").strip()
    call_sign = NAMED.format(int(told)) if re.fullmatch(r"\d{1,3}", told, re.ASCII) else told.upper()
    if call_sign not in motorbikes:
        raise ValueError(f"there is no motorbike {told or '(empty)'}")
    if call_sign in found:
        raise ValueError(f"{call_sign} stands at a post already")
    return call_sign


def _place(row: dict[str, str], centroids: Sequence[Point]) -> Point:
    try:
        latitude, longitude = (float((row.get(name) or "").replace(",", ".")) for name in ("lat", "lon"))
    except ValueError:
        raise ValueError("lat and lon are degrees, such as -7.7497 and 113.2139") from None
    if not (isfinite(latitude) and isfinite(longitude)) or not _is_near(latitude, longitude, centroids):
        raise ValueError(f"{latitude}, {longitude} is not in the city")
    return latitude, longitude


def _is_near(latitude: float, longitude: float, centroids: Sequence[Point]) -> bool:
    return any(metres_flat(latitude, longitude, *place) <= FARTHEST for place in centroids)
