"""The demo city's services: its units, with their crews on duty."""

from datetime import datetime

from sqlalchemy import select

from meteor.agencies.models import Agency, Member, Unit, UnitCapability
from meteor.agencies.rules import start_duty
from meteor.demo.areas import rows
from meteor.demo.people import ACCOUNTS, Register
from meteor.protocols import reference_data
from meteor.store.database import db

MOTORBIKES = 30
_PATROLLING = {"TRAIL-01", "TRAIL-02"} | {f"TRAIL-{number:02}" for number in range(6, MOTORBIKES + 1, 4)}
"""The motorbikes that are on duty."""


def build() -> None:
    """Add the services to a database that has none."""
    reference_data.seed()
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    for row in (*rows("units"), *_motorbikes()):
        db.session.add(_unit(row, agencies[row["agency"]]))
    db.session.flush()


def begin_duty(register: Register, at: datetime) -> None:
    """Put the crews on duty: the printed accounts on their units, other officers on some two dozen more."""
    units = {unit.call_sign: unit for unit in db.session.scalars(select(Unit))}
    printed = {account.unit: account for account in ACCOUNTS if account.unit}
    number = 0
    for row in (*rows("units"), *_motorbikes()):
        unit = units[row["call_sign"]]
        for _seat in range(int(row["crew"])):
            if account := printed.pop(unit.call_sign, None):
                user = register.account(account.username, account.name, account.roles)
            else:
                number += 1
                user = register.account(f"anggota-{number:02}", register.name(woman=number % 4 == 0), ("officer",))
            db.session.add(Member(user=user, agency=unit.agency))
            db.session.flush()
            start_duty(user, unit, at)


def _motorbikes() -> list[dict[str, str]]:
    posts = rows("posts")
    bikes = []
    for number in range(1, MOTORBIKES + 1):
        post = posts[(number - 1) % len(posts)]
        call_sign = f"TRAIL-{number:02}"
        bikes.append(
            {
                "call_sign": call_sign, "agency": "POLRES", "kind": "motorbike", "capabilities": "patrol",
                "base_name": post["name"], "latitude": post["latitude"], "longitude": post["longitude"],
                "crew": str(int(call_sign in _PATROLLING)),
            }
        )  # fmt: skip
    return bikes


def _unit(row: dict[str, str], agency: Agency) -> Unit:
    return Unit(
        call_sign=row["call_sign"], agency=agency, kind=row["kind"], base_name=row["base_name"],
        base_latitude=float(row["latitude"]), base_longitude=float(row["longitude"]),
        capabilities=[UnitCapability(capability=code) for code in row["capabilities"].split()],
    )  # fmt: skip
