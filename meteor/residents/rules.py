"""Rules of the register: add, correct and move residents, read a NIK."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from meteor.accounts.models import User
from meteor.residents.models import Household, Resident, key_of
from meteor.store import audit
from meteor.store.database import db
from meteor.store.secrets import blind_indexes, rotating
from meteor.territory.models import Rt


class NikTaken(Exception):
    """A verified resident who has not moved out has this NIK, here or in another RT."""


class PhoneOfAccount(Exception):
    """The resident has an account: its owner changes the phone number."""


class Position(NamedTuple):
    """The position of a home's door: degrees WGS-84, and the accuracy in metres if a device gave it."""

    latitude: float
    longitude: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Person:
    """The values of a resident: `phone` in E.164, `needs` of NEEDS, stored only with consent."""

    name: str
    phone: str | None = None
    nik: str | None = None
    needs: tuple[str, ...] = ()
    consent: bool = False


def household_at(rt: Rt, address: str, position: Position | None = None) -> Household:
    """The household at this address in any spelling (key_of), or a new one.

    A position that is given becomes the household's.
    """
    household = db.session.scalar(
        select(Household)
        .where(Household.rt_id == rt.id, Household.address_key == key_of(address), Household.address != "")
        .order_by(Household.created_at)
        .limit(1)
    )
    if household is None:
        household = Household(rt=rt, address=address)
        db.session.add(household)
    if position:
        household.latitude, household.longitude, household.accuracy = position
    return household


def enter(
    household: Household, person: Person, leader: User, at: datetime, resident_id: UUID | None = None
) -> Resident:
    """Write down a resident on the leader's word, which verifies them. `resident_id` is new. Raises NikTaken."""
    with one_nik_each():
        resident = verified(household, person, leader, at, resident_id or uuid4())
        db.session.add(resident)
    audit.record(leader, "resident_created", subject(resident))
    return resident


def verified(household: Household, person: Person, leader: User, at: datetime, resident_id: UUID) -> Resident:
    """A resident known to the leader, not added yet."""
    resident = Resident(
        id=resident_id, household=household, name=person.name, phone=person.phone, nik=person.nik, verified_at=at,
        verified_by_id=leader.id,
    )  # fmt: skip
    _set_needs(resident, person.needs, at, consent=person.consent)
    return resident


def edit(resident: Resident, person: Person, leader: User, at: datetime) -> None:
    """Correct what is written down. No NIK leaves the old one; no consent erases the needs.

    Raises NikTaken; PhoneOfAccount, since a leader who changes the number could sign in as the resident.
    """
    if resident.user_id is not None and person.phone != resident.phone:
        raise PhoneOfAccount
    before = (resident.name, resident.phone, resident.nik_index, resident.needs, bool(resident.needs_consent_at))
    with one_nik_each():
        resident.name, resident.phone = person.name, person.phone
        if person.nik:
            resident.nik = person.nik
        consent = person.consent or resident.health is not None  # the residents' own word is theirs alone
        _set_needs(resident, person.needs, at, consent=consent)
    after = (resident.name, resident.phone, resident.nik_index, resident.needs, bool(resident.needs_consent_at))
    names = ("name", "phone", "nik", "needs", "consent")
    changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
    if changed:
        audit.record(leader, "resident_edited", subject(resident), changed=changed)


def edit_household(household: Household, address: str, position: Position | None, leader: User) -> None:
    """Correct a home's address and position; without a position it has none any more."""
    household.address = address
    household.latitude, household.longitude, household.accuracy = position or (None, None, None)
    audit.record(leader, "household_edited", f"households:{household.id}")


def move(resident: Resident, household: Household, leader: User) -> None:
    """Move a resident to another household of the RT. A household without residents is deleted."""
    before = resident.household
    resident.household = household
    drop_if_empty(before)
    audit.record(leader, "resident_moved", subject(resident))


def move_out(resident: Resident, day: date, leader: User) -> None:
    """The resident has lived elsewhere since `day`. They stay in the history; their claim card ends."""
    resident.moved_out_on = day
    resident.claim_hash = resident.claim_expires_at = None
    audit.record(leader, "resident_moved_out", subject(resident), on=day.isoformat())


def move_back(resident: Resident, leader: User) -> None:
    """The resident lives here after all. Raises NikTaken when they were written down elsewhere meanwhile."""
    with one_nik_each():
        resident.moved_out_on = None
    audit.record(leader, "resident_returned", subject(resident))


def read_nik(resident: Resident, reader: User) -> str | None:
    """The resident's NIK, all of it; that it was read is in the audit log."""
    if resident.nik:
        audit.record(reader, "nik_read", subject(resident))
    return resident.nik


def drop_if_empty(household: Household) -> None:
    """Delete a household that no resident belongs to, not even one who moved out."""
    db.session.flush()
    if not db.session.scalar(select(Resident.id).where(Resident.household_id == household.id).limit(1)):
        db.session.delete(household)


@contextmanager
def one_nik_each() -> Iterator[None]:
    """Write what is changed inside; raises NikTaken, with nothing of it written, if that gives two people one NIK."""
    try:
        with db.session.begin_nested():
            yield
            changed = [one for one in (*db.session.new, *db.session.dirty) if isinstance(one, Resident)]
            db.session.flush()
            if rotating() and any(map(_has_a_nik_under_an_old_key, changed)):
                raise NikTaken
    except IntegrityError as error:
        raise NikTaken from error


def subject(resident: Resident) -> str:
    """The resident's subject in the audit log."""
    return f"residents:{resident.id}"


def _has_a_nik_under_an_old_key(resident: Resident) -> bool:
    """Return whether another has the NIK under an old key, unseen by the unique index."""
    if not resident.nik or resident.verified_at is None or resident.moved_out_on is not None:
        return False
    same = Resident.nik_index.in_(blind_indexes(resident.nik, "residents.nik")), Resident.id != resident.id
    lives = Resident.verified_at.is_not(None), Resident.moved_out_on.is_(None)
    return db.session.scalar(select(Resident.id).where(*same, *lives).limit(1)) is not None


def set_own_needs(resident: Resident, needs: Iterable[str], health: str, at: datetime, *, consent: bool) -> None:
    """Keep what residents say of their own needs, or erase it if they do not consent."""
    _set_needs(resident, needs, at, consent=consent)
    resident.health = health if health and consent else None
    audit.record(resident.user, "own_needs_set", subject(resident), consent=consent)


def _set_needs(resident: Resident, needs: Iterable[str], at: datetime, *, consent: bool) -> None:
    resident.needs = " ".join(needs) if consent else ""
    resident.needs_consent_at = (resident.needs_consent_at or at) if consent else None
