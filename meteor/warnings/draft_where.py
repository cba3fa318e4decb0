"""The area of a draft: whole kelurahan, and single RT that were named or lie in the drawn area."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from shapely import contains_xy
from shapely.geometry import Polygon
from sqlalchemy import and_, func, or_, select

from meteor.accounts.models import User
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.warnings.areas import City
from meteor.warnings.models import WarningDraft
from meteor.warnings.reach import FEWEST

Ring = Sequence[Sequence[float]]
"""Corners of an area in degrees WGS-84, latitude first."""


class Where(NamedTuple):
    """The `kelurahan` that are touched, by code, and the `rts` for which alone it is in theirs, by RW and number.

    `drawn` are the ids of all RT that lie in the drawn area, also in kelurahan that were chosen as a whole.
    """

    kelurahan: Sequence[Kelurahan]
    rts: Sequence[Rt]
    drawn: frozenset[int]

    @property
    def whole(self) -> Sequence[Kelurahan]:
        """The kelurahan of which no single RT are meant."""
        parts = {rt.rw.kelurahan_id for rt in self.rts}
        return [each for each in self.kelurahan if each.id not in parts]


class People(NamedTuple):
    """Numbers of verified residents: with an account that works, to whom METEOR can speak, and without one."""

    accounts: int
    others: int

    @property
    def is_shown(self) -> bool:
        """Return whether there are enough to show their numbers."""
        return sum(self) >= FEWEST


def where(draft: WarningDraft) -> Where:
    """Return where a draft is for, by what lives there now. A kelurahan that is chosen stands for all of its RT."""
    drawn = rts_within(draft.polygon)
    named = or_(Rt.rw_id.in_(draft.rw_ids), Rt.id.in_({*draft.rt_ids, *drawn}))
    query = select(Rt).join(Rw, Rw.id == Rt.rw_id).where(named, Rw.kelurahan_id.not_in(draft.kelurahan_ids))
    rts = db.session.scalars(query.order_by(Rw.kelurahan_id, Rw.number, Rt.number)).all()
    touched = {*draft.kelurahan_ids, *(rt.rw.kelurahan_id for rt in rts)}
    kelurahan = db.session.scalars(select(Kelurahan).where(Kelurahan.id.in_(touched)).order_by(Kelurahan.code)).all()
    return Where(kelurahan, rts, drawn)


def rts_within(ring: Ring) -> frozenset[int]:
    """Return the ids of RT with a registered home in an area, or whose own middle lies there. None without corners."""
    if not ring:
        return frozenset()
    area = Polygon([(longitude, latitude) for latitude, longitude in ring])
    home = select(Household.rt_id, Household.longitude, Household.latitude)
    middle = select(Rt.id, Rt.longitude, Rt.latitude)
    rows = [
        *db.session.execute(_boxed(home, area, Household.latitude, Household.longitude)).all(),
        *db.session.execute(_boxed(middle, area, Rt.latitude, Rt.longitude)).all(),
    ]
    return frozenset(rt_id for rt_id, longitude, latitude in rows if contains_xy(area, longitude, latitude))


def unplaced(draft: WarningDraft, where: Where) -> Sequence[Rt]:
    """Return the RT that may lie in the drawn area, by RW and number: no position of them or of a home there is known.

    They are of the kelurahan that the area touches, and are not among those that the draft is for.
    """
    if not draft.polygon:
        return []
    ring = [*draft.polygon, draft.polygon[0]]
    touched = City().touched([{"description": "", "polygons": [ring], "circles": [], "geocodes": {}}])
    placed = select(Household.rt_id).where(Household.rt_id == Rt.id, Household.latitude.is_not(None)).exists()
    query = select(Rt).join(Rw, Rw.id == Rt.rw_id).where(Rt.latitude.is_(None), ~placed)
    query = query.where(Rw.kelurahan_id.in_(touched), Rw.kelurahan_id.not_in(draft.kelurahan_ids))
    query = query.where(Rt.id.not_in([rt.id for rt in where.rts]))
    return db.session.scalars(query.order_by(Rw.kelurahan_id, Rw.number, Rt.number)).all()


def people(where: Where) -> People:
    """Return how many verified residents live where a draft is for: those who are told are among them."""
    there = or_(Rt.id.in_([rt.id for rt in where.rts]), Rw.kelurahan_id.in_([each.id for each in where.whole]))
    query = (
        select(func.count(User.id), func.count())
        .select_from(Rt)
        .join(Rw, Rw.id == Rt.rw_id)
        .join(Household, Household.rt_id == Rt.id)
        .join(Resident, Resident.household_id == Household.id)
        .outerjoin(User, and_(User.id == Resident.user_id, User.active))
        .where(there, Resident.verified_at.is_not(None))
        .where(Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None))
    )
    accounts, all_of_them = db.session.execute(query).one()
    return People(accounts, all_of_them - accounts)


def _boxed(query: Any, area: Polygon, latitude: Any, longitude: Any) -> Any:
    """A query narrowed to the box around an area, by its columns of degrees."""
    west, south, east, north = area.bounds
    return query.where(latitude.between(south, north), longitude.between(west, east))
