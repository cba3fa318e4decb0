"""Alerts that one account raises again and again of the same incident: each is kept, together they are a count.

Any number of them leaves little work and few lines: the first HEARD are heard as what they say, of more one a minute.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from meteor.accounts.models import User
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.store.database import db, execute

HEARD = 20

UNCONFIRMED = "unconfirmed"
"""The flag of an alarm that nothing proves to be from its panel, and of an incident of such alarms alone."""

SHOWN = 5
"""Highest number of accounts shown."""


class Earlier(NamedTuple):
    """The alerts that an account has raised of an incident before: how many (HEARD at most), and when the last."""

    times: int = 0
    last: datetime | None = None

    def hears(self, at: datetime) -> bool:
        """Return whether the incident still learns from another alert.

        That an alert is silent is always learnt.
        """
        return self.times < HEARD or self._is_first_of_its_minute(at)

    def writes(self, at: datetime, *, news: bool) -> bool:
        """Return whether another alert has its own line: it is news, or first of its minute."""
        return (news and self.hears(at)) or self._is_first_of_its_minute(at)

    def _is_first_of_its_minute(self, at: datetime) -> bool:
        return self.last is None or _minute(self.last) != _minute(at)


class Presses(NamedTuple):
    """Repeated alerts of an account in an incident: count, last moment, last note."""

    name: str
    times: int
    last: datetime
    note: str


def earlier(reporter_id: int | None, incident_id: int) -> Earlier:
    """Earlier alerts of this account in the incident; none for an alert without an account."""
    if reporter_id is None:
        return Earlier()
    moments = execute(_EARLIER, reporter=reporter_id, incident=incident_id).scalars().all()
    return Earlier(len(moments), moments[0] if moments else None)


def earlier_at_premises(incoming: IncomingAlert, incident_id: int) -> Earlier:
    """Earlier alerts of the same kind without an account at the same premises.

    Alarms that nothing proves to be from their panel do not count as earlier than one that is proven.
    """
    rows = execute(_EARLIER_AT_PREMISES, incident=incident_id, premises=incoming.premises_id, kind=incoming.kind).all()
    moments = [row.received_at for row in rows if UNCONFIRMED in incoming.flags or UNCONFIRMED not in row.flags]
    return Earlier(len(moments), moments[0] if moments else None)


def of_incident(incident: Incident) -> list[Presses]:
    """The accounts that have called for help about an incident more than once, the last to do so first."""
    counted = (
        select(Alert.reporter_id, func.count(), func.max(Alert.received_at))
        .where(Alert.incident_id == incident.id, Alert.source == "panic", Alert.reporter_id.is_not(None))
        .group_by(Alert.reporter_id)
        .having(func.count() > 1)
        .order_by(func.max(Alert.received_at).desc())
        .limit(SHOWN)
    )
    return [
        Presses(db.session.get_one(User, who).name, count, last, _last_note(incident, who))
        for who, count, last in db.session.execute(counted)
        if who is not None
    ]


def _last_note(incident: Incident, reporter_id: int) -> str:
    newest = select(Alert.note).where(Alert.incident_id == incident.id, Alert.reporter_id == reporter_id)
    return db.session.scalar(newest.order_by(Alert.received_at.desc()).limit(1)) or ""


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


_EARLIER_AT_PREMISES = (
    select(Alert.received_at, Alert.flags)
    .where(
        Alert.incident_id == bindparam("incident"),
        Alert.reporter_id.is_(None),
        Alert.premises_id == bindparam("premises"),
        Alert.kind == bindparam("kind"),
    )
    .order_by(Alert.received_at.desc())
    .limit(HEARD)
)
_EARLIER = (
    select(Alert.received_at)
    .where(Alert.incident_id == bindparam("incident"), Alert.reporter_id == bindparam("reporter"))
    .order_by(Alert.received_at.desc())
    .limit(HEARD)
)
