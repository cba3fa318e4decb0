"""The wall of the command centre: what visitors of the room may read too. Nothing in it is about a person."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from meteor.agencies.models import Unit
from meteor.board.counts import OpenCount, open_counts
from meteor.board.units import units_shown
from meteor.board.wall_map import AreaCount, PublicUnit, area_counts, public_units
from meteor.dispatch.models import UNDER_WAY, Assignment
from meteor.incidents.escalation import JOB
from meteor.incidents.models import Escalation, Incident
from meteor.protocols.kinds import DOMESTIC_VIOLENCE
from meteor.protocols.models import IncidentType
from meteor.sas import monitor
from meteor.store.database import execute
from meteor.store.models import Heartbeat
from meteor.store.moments import WIB
from meteor.store.versions import version_of
from meteor.territory.models import Kelurahan

ROWS, ROWS_BELOW_BAND = 9, 7
"""Number of incidents that fit, without and with the band of alarms (css/wall.css has their heights)."""

ALARMS, AGENCIES = 3, 8
"""Number of alarms and of agencies that fit."""

SILENT, POLICE = "silent", "police"
"""Words in place of a type that is hidden from neighbours: "Silent alarm", "Police matter"."""


@dataclass(frozen=True)
class PublicIncident:
    """An incident without number, reporter, premises, notes, and any place below the kelurahan.

    `instead` is SILENT or POLICE where the type is hidden: then `kind` and both names are empty. `under_way` counts the
    units that have accepted it; `unit` is the call sign of an officer in danger, who is not named; `on_paper` is as in
    Incident; `alarm_at` is when its unacknowledged alarm began.
    """

    priority: int
    status: str
    opened_at: datetime
    reopened_at: datetime | None
    arrived_at: datetime | None
    instead: str
    kind: str | None
    name_id: str
    name_en: str
    kelurahan: str | None
    under_way: int
    on_paper: bool
    unit: str | None
    alarm_at: datetime | None


@dataclass(frozen=True)
class AgencyCount:
    """The free units of an agency, and those on duty."""

    code: str
    free: int
    on_duty: int


@dataclass(frozen=True)
class Wall:
    """The wall's content on a `day` of WIB. `more_…` count what does not fit. `areas` and `units` are on its map.

    `stopped` is whether the scheduler stands still, since `stopped_at` where it has ever run; `deaf` is whether alarm
    panels are not heard. `version` changes with whatever is shown, but for clocks, which run by themselves.
    """

    day: date
    counts: Mapping[int, OpenCount]
    incidents: Sequence[PublicIncident]
    more_incidents: int
    alarms: Sequence[PublicIncident]
    more_alarms: int
    agencies: Sequence[AgencyCount]
    more_agencies: int
    areas: Sequence[AreaCount]
    units: Sequence[PublicUnit]
    stopped: bool
    stopped_at: datetime | None
    deaf: bool

    @property
    def version(self) -> str:
        return version_of(asdict(self))


def wall(at: datetime) -> Wall:
    """The wall at a moment: statements whose number does not depend on what is open."""
    counts, unwell, fleet = open_counts(), monitor.unwell(at), units_shown(at)
    alarms = [_public(row) for row in execute(_ALARMS)]
    stopped, deaf = "scheduler" in unwell, "receiver" in unwell
    incidents = [_public(row) for row in execute(_MOST_URGENT)][: ROWS_BELOW_BAND if alarms or deaf else ROWS]
    free = [AgencyCount(each.code, each.counts.get("available", 0), len(each.on_duty)) for each in fleet.agencies]
    return Wall(
        at.astimezone(WIB).date(),
        counts,
        incidents,
        sum(each.open for each in counts.values()) - len(incidents),
        alarms[:ALARMS],
        len(alarms[ALARMS:]),
        free[:AGENCIES],
        len(free[AGENCIES:]),
        area_counts(),
        public_units(fleet),
        stopped,
        execute(_LAST_STEP).scalar() if stopped else None,
        deaf,
    )


def _public(row: Row[Any]) -> PublicIncident:
    confidential = row.confidential and not row.unit  # an officer in danger may be named as such
    hidden = confidential or row.silent_approach or row.kind == DOMESTIC_VIOLENCE
    silent = row.silent and row.kind != DOMESTIC_VIOLENCE
    instead = SILENT if silent else POLICE if hidden else ""
    kind, name_id, name_en = (None, "", "") if instead else (row.kind, row.name_id, row.name_en)
    return PublicIncident(
        row.priority, row.status, row.opened_at, row.reopened_at, row.arrived_at, instead, kind, name_id, name_en,
        row.kelurahan, row.under_way, row.on_paper, row.unit, row.alarm_at,
    )  # fmt: skip


_UNDER_WAY = (
    select(func.count(Assignment.id))
    .where(
        Assignment.incident_id == Incident.id, Assignment.ended_at.is_(None), Assignment.status.in_(UNDER_WAY)
    )
    .scalar_subquery()
)  # fmt: skip
_OPEN = (
    select(
        Incident.priority, Incident.status, Incident.opened_at, Incident.reopened_at, Incident.arrived_at,
        Incident.silent, Incident.confidential, Incident.on_paper, IncidentType.kind, IncidentType.name_id,
        IncidentType.name_en, IncidentType.silent_approach, Kelurahan.name.label("kelurahan"),
        _UNDER_WAY.label("under_way"), Unit.call_sign.label("unit"), Escalation.began_at.label("alarm_at"),
    )
    .join(IncidentType, IncidentType.id == Incident.type_id)
    .outerjoin(Kelurahan, Kelurahan.id == Incident.kelurahan_id)
    .outerjoin(Unit, (Unit.id == Incident.endangered_unit_id) & Incident.endangered_at.is_not(None))
    .outerjoin(
        Escalation, (Escalation.incident_id == Incident.id) & Escalation.acknowledged_at.is_(None)
    )
    .where(Incident.is_open)
)  # fmt: skip
# An officer in danger is never among those that do not fit.
_FIRST = Incident.priority, Incident.endangered_at.is_(None)
_MOST_URGENT = _OPEN.order_by(*_FIRST, Incident.opened_at, Incident.id).limit(ROWS)
_ALARMS = _OPEN.where(Escalation.began_at.is_not(None)).order_by(*_FIRST, Escalation.began_at, Incident.id)
_LAST_STEP = select(Heartbeat.at).where(Heartbeat.job == JOB)
