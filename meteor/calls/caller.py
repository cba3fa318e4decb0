"""Known facts about a caller, by phone number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, literal_column, or_, select

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.calls import caller_flags
from meteor.calls.models import Call, CallerFlag
from meteor.incidents.models import Incident
from meteor.residents.models import Resident
from meteor.store.database import db

SHOWN = 5


@dataclass(frozen=True)
class Caller:
    """`resident` is whose number it is, by the register; `open` are its incidents, `of_home` those of its household.

    `earlier` are its newest other calls, `calls` how many there were; `pranks` those of the last 30 days.
    `unproved`: the name is that of an account whose number no code has verified.
    """

    resident: Resident | None
    name: str
    unproved: bool
    earlier: Sequence[Call]
    calls: int
    open: Sequence[Incident]
    of_home: Sequence[Incident]
    pranks: int
    flag: CallerFlag | None


def caller(phone: str, call: Call, at: datetime) -> Caller:
    """Known facts about `phone` (E.164), without the present call."""
    person = db.session.scalar(select(User).where(User.phone == phone, User.active))
    by_number = or_(Resident.phone == phone, Resident.user_id == person.id) if person else Resident.phone == phone
    resident = db.session.scalar(select(Resident).where(by_number, Resident.moved_out_on.is_(None)).limit(1))
    others = [Call.phone == phone, Call.id != call.id]
    newest = select(Call).where(*others).order_by(Call.received_at.desc(), Call.id).limit(SHOWN)
    called = and_(Alert.caller_phone == phone, Alert.caller_phone != literal_column("''"))  # as in the index
    raised = or_(called, Alert.reporter_id == person.id) if person else called
    own = _open(select(Alert.incident_id).where(raised))
    return Caller(
        resident,
        person.name if person else resident.name if resident else "",
        person is not None and person.phone_verified_at is None,
        db.session.scalars(newest).all(),
        db.session.scalar(select(func.count()).select_from(Call).where(*others)) or 0,
        own,
        [incident for incident in _of_home(resident) if incident not in own],
        caller_flags.pranks(phone, at),
        caller_flags.active([phone], at).get(phone),
    )


def _of_home(resident: Resident | None) -> Sequence[Incident]:
    if resident is None:
        return ()
    members = select(Resident.user_id).where(
        Resident.household_id == resident.household_id, Resident.user_id.is_not(None), Resident.moved_out_on.is_(None)
    )
    return _open(select(Alert.incident_id).where(Alert.reporter_id.in_(members)))


def _open(ids: Select[int]) -> Sequence[Incident]:
    query = select(Incident).where(Incident.id.in_(ids), Incident.is_open)
    return db.session.scalars(query.order_by(Incident.opened_at.desc()).limit(SHOWN)).all()
