"""What alarms begin with: a gold shop with its panel, the types that alarms lead to, and what panels say."""

from datetime import datetime
from uuid import uuid4

from meteor.incidents.models import Incident
from meteor.premises.models import Contact, Premises, PremisesUser
from meteor.protocols.models import IncidentType, PlanItem
from meteor.sas import alarms, codes
from meteor.sas.models import Panel, PanelEvent, Zone
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast

SHOP = (-7.7437, 113.2166)
"""Toko Emas Semeru, near the market."""

# code: (Indonesian name, priority, plan)
TYPES = {
    "hold_up": ("Perampokan", 1, {"patrol": 2, "medical": 1}),
    "burglary": ("Pembobolan", 3, {"patrol": 1}),
    "alarm_tamper": ("Sabotase alarm", 3, {"patrol": 1}),
    "alarm_signal": ("Sinyal alarm", 4, {}),
    "panel_silent": ("Panel alarm diam", 4, {}),
}


def alarm_types(cast: Cast) -> None:
    """The incident types that only alarms lead to."""
    police = cast.incident_type("crime").agency
    for code, (name, priority, plan) in TYPES.items():
        items = [PlanItem(capability=word, count=count, position=at) for at, (word, count) in enumerate(plan.items())]
        db.session.add(
            IncidentType(code=code, name_id=name, name_en=code, priority=priority, agency=police, plan=items)
        )
    db.session.commit()


def shop(cast: Cast, name: str = "Toko Emas Semeru", users: tuple[str, ...] = ("toko",)) -> Premises:
    """Premises with two contacts; `users` of the cast may raise alarms there."""
    premises = Premises(
        name=name, kind="gold_shop", address="Jl. Dr. Soetomo 12", latitude=SHOP[0], longitude=SHOP[1],
        hazards="Brankas di lantai dua", phone="+62335420001",
    )  # fmt: skip
    for position, (who, phone, phrase) in enumerate(
        (("Bu Ratna", "+6281330001001", "melati putih"), ("Pak Joko", "+6281330001002", "gunung bromo")), start=1
    ):
        contact = Contact(position=position, name=who, phone=phone)
        contact.pass_phrase = phrase
        premises.contacts.append(contact)
    premises.users = [PremisesUser(user=getattr(cast, username), tested_at=now()) for username in users]
    db.session.add(premises)
    db.session.commit()
    return premises


def panel_of(premises: Premises, account: str = "1234", **values: object) -> Panel:
    """A panel with a hold-up button, a safe and a back door."""
    panel = Panel(premises=premises, account=account, **values)
    panel.zones = [
        Zone(number="001", name="Tombol kasir"), Zone(number="002", name="Brankas"),
        Zone(number="003", name="Pintu belakang"),
    ]  # fmt: skip
    db.session.add(panel)
    db.session.commit()
    return panel


def says(panel: Panel, code: str, at: datetime, zone: str = "") -> PanelEvent:
    """The panel says a code of DC-03: stored and seen to in one transaction, as the receiver does."""
    meaning, restore = codes.sia(code)
    event = PanelEvent(
        id=uuid4(), panel=panel, received_at=at, digest=uuid4().hex, transport="tcp", token="SIA-DCS", sequence="0001",
        code=code, meaning=meaning, restore=restore, zone=zone, said=f"Nri1/{code}{zone}",
    )  # fmt: skip
    db.session.add(event)
    db.session.flush()
    alarms.process_event(event, at)
    db.session.commit()
    return event


def incidents() -> list[Incident]:
    """Every incident there is, in order."""
    return list(db.session.scalars(db.select(Incident).order_by(Incident.id).execution_options(populate_existing=True)))
