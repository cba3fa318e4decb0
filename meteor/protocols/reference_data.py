"""Reference data of a new city: agencies, capabilities, and incident types with plans and scripts.

The advice of the scripts is in our own words, after what is widely taught: not breathing, choking, bleeding, burns,
chest pain, stroke, seizures, poison, stings and drowning after the ERC Guidelines 2021 (basic life support, first aid)
and the IFRC International First Aid, Resuscitation and Education Guidelines 2020, on which the Indonesian Red Cross
(PMI) builds; childbirth after WHO's essential newborn care; snake bites after WHO/SEARO's guidelines of 2016; animal
bites after WHO on rabies; a person in distress after WHO's psychological first aid; disasters after BNPB's pocket book
"Tanggap Tangkas Tangguh Menghadapi Bencana"; fire, gas and power lines after what fire services and PLN tell the
public. It does not replace the city's doctors and officers: they read it before it is used, and the admin changes it.
"""

import csv
import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from meteor.agencies.models import Agency, Capability
from meteor.protocols.kinds import KINDS
from meteor.protocols.models import EscalationStep, IncidentType, PlanItem, TypeAdvice, TypeQuestion
from meteor.store.database import db

_TABLES = Path(__file__).parent / "reference_tables"


class AlreadySeeded(Exception):
    """There are agencies or incident types already."""


def seed() -> None:
    """Add Kota Probolinggo's agencies, capabilities and incident types. Raises AlreadySeeded."""
    if any(db.session.scalar(select(model).limit(1)) for model in (Agency, Capability, IncidentType)):
        raise AlreadySeeded
    for row in _rows("capabilities"):
        db.session.add(Capability(**row))
    for row in _rows("agencies"):
        db.session.add(Agency(**row | {"phone": row["phone"] or None, "reserve": int(row["reserve"])}))
    db.session.flush()
    agencies = {agency.code: agency for agency in db.session.scalars(select(Agency))}
    roles = {(row["type"], row["capability"]): row for row in _rows("roles")}
    for row in _rows("types"):
        known = _type(row, agencies[row["agency"]])
        db.session.add(known)
        for line in known.plan:
            if role := roles.get((known.code, line.capability)):
                line.role_id, line.role_en = role["role_id"], role["role_en"]
    db.session.flush()
    _link_chains()
    _write_scripts()
    db.session.flush()


def kinds_without_type() -> list[str]:
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
        priority=int(row["priority"]), agency=agency, duplicate_radius=int(row["duplicate_radius"]),
        welfare_after=20 if int(row["priority"]) <= 2 else 40,
        neighbours=bool(row["neighbours"]), silent_approach=bool(row["silent_approach"]),
        plan=[PlanItem(capability=code, count=int(n), position=at) for at, (code, n) in enumerate(lines)],
    )  # fmt: skip


def _link_chains() -> None:
    """Add the escalation chain of each type."""
    types = {known.code: known for known in db.session.scalars(select(IncidentType))}
    for row in _rows("chains"):
        types[row["type"]].chain.append(EscalationStep(role=row["role"], after=int(row["after"])))


def _write_scripts() -> None:
    """Give every type the words that find it, its questions and its advice."""
    scripts, texts = _table("scripts"), _table("advice")
    for known in db.session.scalars(select(IncidentType)):
        script = scripts[known.code]
        known.keywords = script["keywords"]
        for position, question in enumerate(script["questions"], start=1):
            db.session.add(_question(known, position, question))
        for position, name in enumerate(script["advice"], start=1):
            db.session.add(_advice(known, position, texts[name]))


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def _question(known: IncidentType, position: int, question: dict[str, Any]) -> TypeQuestion:
    answers = [
        {"text_id": indonesian, "text_en": english, "priority": priority[0] if priority else None}
        for indonesian, english, *priority in question["answers"]
    ]
    return TypeQuestion(
        type_id=known.id, position=position, text_id=question["id"], text_en=question["en"], answers=answers
    )


def _advice(known: IncidentType, position: int, text: dict[str, Any]) -> TypeAdvice:
    title_id, title_en = text["title"]
    return TypeAdvice(
        type_id=known.id, position=position, title_id=title_id, title_en=title_en,
        text_id="\n".join(text["id"]), text_en="\n".join(text["en"]),
    )  # fmt: skip
