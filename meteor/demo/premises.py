"""The demo city's premises, with panels, zones, contacts and users."""

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.demo.areas import rows
from meteor.demo.people import Register
from meteor.premises import hours, records
from meteor.premises.models import Contact, Premises
from meteor.protocols.models import IncidentType
from meteor.sas.models import Panel, Zone
from meteor.store.database import db

_PHRASES = ("melati putih", "gunung bromo")
"""The pass phrases of the first and the second contact, the same everywhere."""


def build(register: Register) -> None:
    """Add the premises, to a city whose accounts and incident types are there."""
    for row in rows("premises"):
        premises = _premises(row, register)
        for position, phrase in enumerate(_PHRASES, start=1):
            values = {"name": register.name(woman=position == 1), "phone": register.phone(), "position": position}
            records.save_contact(premises, Contact(), values | {"pass_phrase": phrase}, None)
        if row["user"]:
            user = db.session.scalars(select(User).where(User.username == row["user"])).one()
            records.add_user(premises, user, None)
        db.session.add(_panel(row, premises))
    db.session.flush()


def _premises(row: dict[str, str], register: Register) -> Premises:
    places = ("latitude", "longitude", "entrance_latitude", "entrance_longitude")
    week = [hours.read(row[day]) for day in (*["weekdays"] * 5, "saturday", "sunday")]
    values = {name: row[name] for name in ("name", "kind", "address", "hazards")}
    premises = Premises()
    records.save(
        premises, values | {name: float(row[name]) for name in places} | {"phone": register.phone(), "active": True},
        week, None,
    )  # fmt: skip
    return premises


def _panel(row: dict[str, str], premises: Premises) -> Panel:
    types = {type_.code: type_ for type_ in db.session.scalars(select(IncidentType))}
    panel = Panel(premises=premises, account=row["account"], interval=int(row["interval"]))
    panel.key = row["key"] or None
    panel.zones = [
        Zone(number=zone["number"], name=zone["name"], type=types.get(zone["type"]))
        for zone in rows("zones")
        if zone["account"] == row["account"]
    ]
    return panel
