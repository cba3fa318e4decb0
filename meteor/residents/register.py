"""The RT leader's register: residents of this RT only."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from meteor.accounts.models import User
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import db
from meteor.store.secrets import blind_indexes
from meteor.territory.models import Rt

_SHORTEST_PART = 3  # digits of a phone number that are worth looking for


def led_by(user: User) -> Rt | None:
    """The RT that `user` leads."""
    leadership = db.session.get(Leadership, user.id)
    return leadership.rt if leadership else None


def resident_of(rt: Rt, resident_id: UUID, *, to_change: bool = False) -> Resident | None:
    """The resident, if the household is in `rt`. Locked against other changes if it is to be changed."""
    query = (
        select(Resident)
        .join(Household, Household.id == Resident.household_id)
        .where(Resident.id == resident_id, Household.rt_id == rt.id)
    )
    return db.session.scalar(query.with_for_update(of=Resident) if to_change else query)


def hold(rt: Rt) -> None:
    """Serialise registrations in `rt` until the transaction ends."""
    db.session.execute(select(Rt.id).where(Rt.id == rt.id).with_for_update())


def household_of(rt: Rt, household_id: UUID, *, to_change: bool = False) -> Household | None:
    """The household, if it is in `rt`. One that is to be changed is locked, but not against new residents."""
    query = select(Household).where(Household.id == household_id, Household.rt_id == rt.id)
    return db.session.scalar(query.with_for_update(of=Household, key_share=True) if to_change else query)


def residents(rt: Rt, q: str = "", show: str = "") -> Select[Resident]:
    """The residents of `rt` that `q` finds: words of which each is in the name or address, or a part of a phone number.

    `show` is "" for all who live here or say so, or one of needs, waiting, unplaced (a home without a position),
    moved_out. Anything else is taken as "".
    """
    return (
        select(Resident)
        .join(Household, Household.id == Resident.household_id)
        .where(Household.rt_id == rt.id, *_shown(show), *_found(q))
    )


def with_nik(rt: Rt, digits: str) -> Resident | None:
    """The resident of `rt` with this NIK; of several, who lives here before who moved out."""
    return db.session.scalar(
        select(Resident)
        .join(Household, Household.id == Resident.household_id)
        .where(Household.rt_id == rt.id, Resident.nik_index.in_(blind_indexes(digits, "residents.nik")))
        .order_by(Resident.moved_out_on.is_not(None), Resident.verified_at.is_(None), Resident.created_at)
        .limit(1)
    )


def homes(people: Select[Resident]) -> Select[Household]:
    """The households of these residents."""
    return select(Household).where(Household.id.in_(people.with_only_columns(Resident.household_id)))


def counts(rt: Rt) -> dict[str, int]:
    """Number of residents for each `show` of the register."""
    return {
        show: db.session.scalar(select(func.count()).select_from(residents(rt, show=show).subquery())) or 0
        for show in ("", "needs", "waiting", "unplaced", "moved_out")
    }


def households(rt: Rt) -> Sequence[Household]:
    """Inhabited households, by address."""
    return db.session.scalars(homes(residents(rt)).order_by(Household.address_key, Household.id)).all()


def _shown(show: str) -> list[ColumnElement[bool]]:
    if show == "moved_out":
        return [Resident.moved_out_on.is_not(None)]
    here = [Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)]
    narrowed = {
        "needs": Resident.needs != "",
        "waiting": Resident.verified_at.is_(None),
        "unplaced": Household.latitude.is_(None),
    }
    return [*here, *([narrowed[show]] if show in narrowed else [])]


def _found(q: str) -> list[ColumnElement[bool]]:
    words = [_says(word) for word in q.split()]
    number = _digits(q)
    if len(number) < _SHORTEST_PART or re.search(r"[^-+.() 0-9]", q):
        return words
    return [or_(Resident.phone.contains(number), and_(*words))]


def _says(word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in (Resident.name, Household.address)))


def _digits(text: str) -> str:
    """Return the digits as in E.164, whether 0812 or +62 812 was typed."""
    return re.sub(r"[^0-9]", "", text).lstrip("0")
