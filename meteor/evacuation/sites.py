"""Gathering points and routes as they are stored, and the points nearest to somebody."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor import geo
from meteor.agencies.travel import Pace, minutes
from meteor.evacuation.models import EvacuationRoute, GatheringPoint
from meteor.evacuation.protection import is_safe
from meteor.geo import Point
from meteor.residents.models import Household, Resident
from meteor.store.database import db

ON_FOOT = Pace(4, 1.4)
"""A family with children: 4 km/h, and a way 1.4 times as long as the straight line, as agencies.travel assumes."""

REACH = 5000
"""Metres as the crow flies beyond which a warning names no point: nobody walks there in time."""


class Nearby(NamedTuple):
    """A gathering point, with metres as the crow flies and minutes on foot (estimates); None without an origin."""

    point: GatheringPoint
    metres: int | None
    minutes: int | None


class Home(NamedTuple):
    """The position of a home in degrees WGS-84; `place` is "home", or "rt" or "kelurahan", whose middle it is."""

    point: Point
    place: str


def all_points() -> Sequence[GatheringPoint]:
    """All gathering points by name, also inactive ones."""
    return db.session.scalars(select(GatheringPoint).order_by(GatheringPoint.name)).all()


def active_points(hazard: str | None = None) -> list[GatheringPoint]:
    """The active points by name: all, or those that are safe from a hazard (empty: from all hazards)."""
    query = select(GatheringPoint).where(GatheringPoint.active).order_by(GatheringPoint.name)
    return [each for each in db.session.scalars(query) if hazard is None or is_safe(each, hazard)]


def routes(*, to_active: bool = False) -> Sequence[EvacuationRoute]:
    """The routes by name, each with its point; only those that lead to active points if `to_active`."""
    query = select(EvacuationRoute).options(joinedload(EvacuationRoute.point)).order_by(EvacuationRoute.name)
    return [each for each in db.session.scalars(query) if each.point.active or not to_active]


def by_distance(points: Iterable[GatheringPoint], origin: Point | None) -> list[Nearby]:
    """Points from the nearest to the farthest from `origin` (degrees WGS-84); in their own order without one."""
    if origin is None:
        return [Nearby(point, None, None) for point in points]
    away = ((geo.metres(origin, (point.latitude, point.longitude)), point) for point in points)
    ordered = sorted(away, key=lambda pair: (pair[0], pair[1].id))
    return [Nearby(point, round(metres), minutes(metres, ON_FOOT)) for metres, point in ordered]


def home_position(user_id: int) -> Home | None:
    """The position of the user's registered home: its door, else the middle of its RT, else of its kelurahan."""
    query = select(Household).join(Resident).where(
        Resident.user_id == user_id, Resident.moved_out_on.is_(None), Resident.rejected_at.is_(None)
    )  # fmt: skip
    home = db.session.scalar(query)
    if home is None:
        return None
    for name, place in (("home", home), ("rt", home.rt), ("kelurahan", home.rt.rw.kelurahan)):
        if place.latitude is not None and place.longitude is not None:
            return Home((place.latitude, place.longitude), name)
    return None
