"""The demo city's reports of hazards: a flood that two people reported, a fallen tree, and a tidal flood that waits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.demo.people import Register
from meteor.hazards import handling, rules
from meteor.hazards.models import HazardMessage, HazardReport
from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.territory import rules as territory

# minutes ago, kind, severity, place, degrees WGS-84, centimetres of water, note
_REPORTS = (
    (48, "flood", 2, "Jl. Dr. Soetomo, depan pasar", (-7.7521, 113.2153), 45, "Air naik sejak hujan deras."),
    (36, "flood", 3, "Jl. Dr. Soetomo, gang 2", (-7.7527, 113.2159), 60, "Motor tidak bisa lewat."),
    (95, "fallen_tree", 3, "Jl. Panglima Sudirman", (-7.7558, 113.2093), None, "Pohon besar menutup jalan."),
    (20, "tidal_flood", 1, "Dekat pelabuhan Mayangan", (-7.7312, 113.2218), 15, "Rob masuk ke gang."),
)

_FIRST = 901
"""Number of the first report of the day: those that come in begin at 1."""


def build(register: Register, at: datetime) -> None:
    """Add the reports: the floods are joined, the tree is verified, the tidal flood waits longer than it should.

    The reporter of the flood has answered a moment ago.
    """
    citizen, officer = (
        db.session.scalars(select(User).where(User.username == name)).one() for name in ("warga", "bpbd")
    )
    reports = [
        _report(number, told, citizen if number == _FIRST else None, register, at)
        for number, told in enumerate(_REPORTS, _FIRST)
    ]
    db.session.flush()
    flood, same, tree, _waiting = reports
    handling.ask(flood, "Apakah ada yang terjebak?", at - timedelta(minutes=40), officer)
    handling.verify(tree, at - timedelta(minutes=88), officer)
    handling.join(same, flood, at - timedelta(minutes=30), officer)
    rules.add(flood, "Tidak ada, tetapi air masih naik.", (), at - timedelta(minutes=8), citizen)


def _report(
    number: int, told: tuple[Any, ...], reporter: User | None, register: Register, at: datetime
) -> HazardReport:
    minutes, kind, severity, place, (latitude, longitude), water_level, note = told
    reported_at = at - timedelta(minutes=minutes)
    report = HazardReport(
        id=uuid5(NAMESPACE_DNS, f"demo-hazard-{number}"), number=f"B-{at.astimezone(WIB):%y%m%d}-{number:03}",
        kind=kind, severity=severity, reporter_id=reporter.id if reporter else None,
        phone="" if reporter else register.phone(), latitude=latitude, longitude=longitude, accuracy=12.0,
        place_source="device", place=place, note=note, water_level=water_level, reported_at=reported_at,
        kelurahan_id=territory.locate(latitude, longitude).kelurahan_id,
    )  # fmt: skip
    report.messages.append(HazardMessage(kind="received", author_id=report.reporter_id, at=reported_at))
    db.session.add(report)
    return report
