"""What a city needs before its first alert: agencies, capabilities, and incident types with their response plans."""

import csv
from pathlib import Path

from sqlalchemy import select

from meteor.agencies.models import Agency, Capability
from meteor.incidents.kinds import KINDS
from meteor.incidents.models import IncidentType, PlanItem
from meteor.store.database import db

_TABLES = Path(__file__).parent / "founding"


class Founded(Exception):
    """There are agencies or incident types already."""


def lay() -> None:
    """Add Kota Probolinggo's agencies, capabilities and incident types, for the admin to change. Raises Founded."""
    if any(db.session.scalar(select(model).limit(1)) for model in (Agency, Capability, IncidentType)):
        raise Founded
    for row in _rows("capabilities"):
        db.session.add(Capability(**row))
    for row in _rows("agencies"):
        db.session.add(Agency(**row | {"phone": row["phone"] or None, "reserve": int(row["reserve"])}))
    db.session.flush()
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    for row in _rows("types"):
        db.session.add(_type(row, agencies[row["agency"]]))
    db.session.flush()


def unled_kinds() -> list[str]:
    """The kinds of alerts that lead to no active incident type."""
    led = db.session.scalars(select(IncidentType.kind).where(IncidentType.active, IncidentType.kind.is_not(None)))
    return sorted(set(KINDS) - set(led))


def _rows(name: str) -> list[dict[str, str]]:
    with (_TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _type(row: dict[str, str], agency: Agency) -> IncidentType:
    lines = (line.split(":") for line in row["plan"].split())
    return IncidentType(
        code=row["code"], kind=row["kind"] or None, name_id=row["name_id"], name_en=row["name_en"],
        priority=int(row["priority"]), agency=agency, duplicate_radius=float(row["duplicate_radius"]),
        plan=[PlanItem(capability=code, count=int(n), position=at) for at, (code, n) in enumerate(lines)],
    )  # fmt: skip
