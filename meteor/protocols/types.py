"""Incident types and their response plans as the administrator keeps them.

Every kind of an alert leads to exactly one active type: a kind is moved to another type, never taken away.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from meteor.protocols.escalation import DEFAULT
from meteor.protocols.kinds import KINDS
from meteor.protocols.models import EscalationStep, IncidentType, PlanItem
from meteor.store import audit
from meteor.store.database import db

LONGEST_PLAN = 10
"""Lines of a response plan at most."""


class KindLost(Exception):
    """The kind of alert that this says would lead nowhere."""


def values_of(kind_of_incident: IncidentType) -> dict[str, Any]:
    """The editable values of a type. `plan` lists [capability, count] in the order of dispatch.

    A line whose role has a name of its own has that too: [capability, count, role_id, role_en]. `chain` says after how
    many seconds each role is told of an alarm; one that names nobody is the usual chain.
    """
    columns = (
        "code", "kind", "name_id", "name_en", "priority", "agency_id", "active", "duplicate_radius", "neighbours",
        "silent_approach", "offer_again_after", "welfare_after",
    )  # fmt: skip
    values = {name: getattr(kind_of_incident, name) for name in columns}
    chain = {step.role: step.after for step in kind_of_incident.chain} or dict(DEFAULT)
    return values | {"plan": [_as_list(line) for line in kind_of_incident.plan], "chain": chain}


def save(known: IncidentType, values: Mapping[str, Any], actor: Any) -> None:
    """Give a type, or a new one, these values (see values_of). A kind that another type had moves here.

    Raises KindLost for a kind that this type would give up, or keep without being active.
    """
    before = values_of(known) if known.id else {}
    if before.get("kind") not in (None, values["kind"]):
        raise KindLost(before["kind"])
    if values["kind"] and not values["active"]:
        raise KindLost(values["kind"])
    _take_kind(known, values["kind"], actor)
    for name, value in values.items():
        if name not in ("plan", "chain"):
            setattr(known, name, value)
    _set_plan(known, values["plan"])
    _set_chain(known, values["chain"])
    audit.keep(known, "incident_type", before, values_of, actor)


def kinds_that_lead_nowhere() -> list[str]:
    """The kinds of alerts that no active type answers to: none, once the city is set up."""
    led = set(db.session.scalars(select(IncidentType.kind).where(IncidentType.active)))
    return [kind for kind in KINDS if kind not in led]


def holders() -> dict[str, IncidentType]:
    """The type that each kind of alert leads to, by kind."""
    rows: Sequence[IncidentType] = db.session.scalars(
        select(IncidentType).where(IncidentType.kind.is_not(None))
    ).all()  # fmt: skip
    return {row.kind: row for row in rows if row.kind}


def _take_kind(known: IncidentType, kind: str | None, actor: Any) -> None:
    other = holders().get(kind or "")
    if other and other is not known:
        other.kind = None
        db.session.flush()  # before the other gets it: a kind is unique
        audit.record_change(
            actor, "incident_type_changed", f"incident_types:{other.id}", {"kind": kind}, {"kind": None}
        )  # fmt: skip


def _set_plan(known: IncidentType, plan: Sequence[Sequence[Any]]) -> None:
    lines = {line.capability: line for line in known.plan}
    for position, (capability, count, *role) in enumerate(plan):
        line = lines.pop(capability, None)
        if line is None:
            line = PlanItem(capability=capability)
            known.plan.append(line)
        line.count, line.position = count, position
        line.role_id, line.role_en = role or ("", "")
    for line in lines.values():
        known.plan.remove(line)
    known.plan.sort(key=lambda line: line.position)


def _set_chain(known: IncidentType, chain: Mapping[str, int]) -> None:
    steps = {step.role: step for step in known.chain}
    for role in steps.keys() - chain.keys():
        known.chain.remove(steps[role])
    for role, after in chain.items():
        if role not in steps:
            steps[role] = EscalationStep(role=role)
            known.chain.append(steps[role])
        steps[role].after = after


def _as_list(line: PlanItem) -> list[Any]:
    return [line.capability, line.count, *([line.role_id, line.role_en] if line.role_id else [])]
