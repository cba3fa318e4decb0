"""Present positions of an incident's reporters, by their phones. They do not move the incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import bindparam, func, select

from meteor.accounts.models import User
from meteor.alerts.models import Alert, AlertFix
from meteor.incidents.models import Incident
from meteor.incidents.places import COARSE, apart
from meteor.store.database import db, execute

NEAR = 25.0
"""Error of a phone's position in metres, below which the reporter has not moved."""


@dataclass(frozen=True)
class Position:
    """A reporter's newest position in degrees WGS-84, `accuracy` in metres, `at` when the phone was there.

    `away` is how far from the incident that is, in metres; None where the incident's place is unknown. `doubt` is the
    radius of both places together.
    """

    reporter_id: int
    name: str
    latitude: float
    longitude: float
    accuracy: float | None
    at: datetime
    away: float | None
    doubt: float

    @property
    def is_elsewhere(self) -> bool:
        """Return whether the position is farther from the incident than both radii together.

        It is so beyond NEAR at least, and never where the distance is unknown.
        """
        return self.away is not None and self.away > max(NEAR, self.doubt)


def of_incident(incident: Incident) -> Sequence[Position]:
    """The newest position of each reporter, the newest first; none of those who are where the incident was taken from.

    Alarms of premises are left out: they are there, wherever the phone is. So are fixes that only know the region, and
    everything once the incident is closed.
    """
    if incident.status == "closed":
        return ()
    newest: dict[int, Position] = {}
    for position in sorted([*_fixes(incident), *_presses(incident)], key=lambda each: each.at):
        newest[position.reporter_id] = position
    found = [each for each in newest.values() if each.away is None or each.away > 0]
    return sorted(found, key=lambda each: each.at, reverse=True)


def of_alert(alert: Alert) -> Position | None:
    """The newest position that the phone of this alert has sent, while its incident is open."""
    if alert.premises_id is not None or alert.reporter is None or alert.incident.status == "closed":
        return None
    sent = select(AlertFix).where(AlertFix.alert_id == alert.id, func.coalesce(AlertFix.accuracy, 0) <= COARSE)
    spot = db.session.scalar(sent.order_by(AlertFix.id.desc()).limit(1)) or alert
    if spot.latitude is None or (spot.accuracy or 0.0) > COARSE:
        return None
    return _position(alert.incident, spot, alert.reporter.id, alert.reporter.name, spot.received_at)


def version(incident_id: int) -> str:
    """Changes with every alert of the incident and every fix of these."""
    row = execute(_VERSION, incident=incident_id).one()
    return f"{row.newest or 0}.{row.alerts}"


def _fixes(incident: Incident) -> list[Position]:
    newest = (
        select(func.max(AlertFix.id))
        .join(Alert, Alert.id == AlertFix.alert_id)
        .where(
            Alert.incident_id == incident.id, Alert.premises_id.is_(None),
            func.coalesce(AlertFix.accuracy, 0) <= COARSE,
        )
        .group_by(Alert.reporter_id)
    )  # fmt: skip
    rows = db.session.execute(
        select(AlertFix, User.id, User.name)
        .join(Alert, Alert.id == AlertFix.alert_id)
        .join(User, User.id == Alert.reporter_id)
        .where(AlertFix.id.in_(newest))
    )
    return [_position(incident, fix, user_id, name, fix.received_at) for fix, user_id, name in rows]


def _presses(incident: Incident) -> list[Position]:
    rank = func.row_number().over(partition_by=Alert.reporter_id, order_by=Alert.received_at.desc())
    ranked = (
        select(Alert.id, rank.label("rank"))
        .where(
            Alert.incident_id == incident.id, Alert.premises_id.is_(None), Alert.source.in_(("panic", "sas")),
            Alert.latitude.is_not(None), func.coalesce(Alert.accuracy, 0) <= COARSE,
        )
        .subquery()
    )  # fmt: skip
    rows = db.session.execute(
        select(Alert, User.id, User.name)
        .join(ranked, (ranked.c.id == Alert.id) & (ranked.c.rank == 1))
        .join(User, User.id == Alert.reporter_id)
    )
    return [
        _position(incident, alert, user_id, name, alert.received_at - timedelta(seconds=alert.position_age or 0.0))
        for alert, user_id, name in rows
    ]


def _position(incident: Incident, spot: Alert | AlertFix, user_id: int, name: str, at: datetime) -> Position:
    latitude, longitude = cast(float, spot.latitude), cast(float, spot.longitude)
    away = apart(incident, latitude, longitude) if incident.latitude is not None else None
    doubt = (spot.accuracy or 0.0) + (incident.accuracy or 0.0)
    return Position(user_id, name, latitude, longitude, spot.accuracy, at, away, doubt)


_OF_INCIDENT = Alert.incident_id == bindparam("incident")
_VERSION = select(
    select(func.max(AlertFix.id)).join(Alert, Alert.id == AlertFix.alert_id).where(_OF_INCIDENT).label("newest"),
    select(func.count()).select_from(Alert).where(_OF_INCIDENT).label("alerts"),
)
