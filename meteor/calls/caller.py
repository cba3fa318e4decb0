"""Known facts about callers, by phone number."""

from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True)
class CallerSummary:
    """Facts for a call that nobody has taken. `name` is empty for an unregistered number; `unproved` as in Caller."""

    resident: Resident | None
    name: str
    unproved: bool
    pranks: int


def summaries(phones: Iterable[str | None], at: datetime) -> dict[str, CallerSummary]:
    """Known facts about many numbers (E.164) at once."""
    known = {phone for phone in phones if phone}
    if not known:
        return {}
    pranks = caller_flags.pranks_of(known, at)
    return {
        phone: CallerSummary(resident, _name(person, resident), _unproved(person), pranks.get(phone, 0))
        for phone, (person, resident) in _registered(known).items()
    }


def caller(phone: str, call: Call, at: datetime) -> Caller:
    """Known facts about `phone` (E.164), without the present call."""
    person, resident = _registered([phone])[phone]
    others = [Call.phone == phone, Call.id != call.id]
    newest = select(Call).where(*others).order_by(Call.received_at.desc(), Call.id).limit(SHOWN)
    called = and_(Alert.caller_phone == phone, Alert.caller_phone != literal_column("''"))  # as in the index
    raised = or_(called, Alert.reporter_id == person.id) if person else called
    own = _open(select(Alert.incident_id).where(raised))
    return Caller(
        resident,
        _name(person, resident),
        _unproved(person),
        db.session.scalars(newest).all(),
        db.session.scalar(select(func.count()).select_from(Call).where(*others)) or 0,
        own,
        [incident for incident in _of_home(resident) if incident not in own],
        caller_flags.pranks(phone, at),
        caller_flags.active([phone], at).get(phone),
    )


def _registered(phones: Iterable[str]) -> Mapping[str, tuple[User | None, Resident | None]]:
    """The account and the resident of each number. A number of the register counts like that of its account."""
    users = db.session.scalars(select(User).where(User.phone.in_(phones), User.active))
    people = {user.phone: user for user in users}
    theirs = or_(Resident.phone.in_(phones), Resident.user_id.in_([user.id for user in people.values()]))
    query = (
        select(Resident)
        .where(theirs, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None))
        .order_by(Resident.id)
    )
    residents = db.session.scalars(query).all()

    def resident_of(phone: str) -> Resident | None:
        person = people.get(phone)
        accounts = [person.id] if person else []
        return next((each for each in residents if each.phone == phone or each.user_id in accounts), None)

    return {phone: (people.get(phone), resident_of(phone)) for phone in phones}


def _name(person: User | None, resident: Resident | None) -> str:
    return person.name if person else resident.name if resident else ""


def _unproved(person: User | None) -> bool:
    return person is not None and person.phone_verified_at is None


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
