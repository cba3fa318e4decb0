"""Choices of kelurahan and RT for a home."""

from collections.abc import Sequence

from sqlalchemy import select

from meteor.store.database import db
from meteor.territory.models import Kecamatan, Kelurahan, Rt, Rw


def kelurahan() -> Sequence[Kelurahan]:
    """Every kelurahan, by kecamatan and name."""
    query = select(Kelurahan).join(Kecamatan, Kecamatan.id == Kelurahan.kecamatan_id)
    return db.session.scalars(query.order_by(Kecamatan.name, Kelurahan.name)).all()


def rts_of(kelurahan_id: int) -> Sequence[Rt]:
    """Every RT of a kelurahan, by RW and number."""
    query = select(Rt).join(Rw, Rw.id == Rt.rw_id).where(Rw.kelurahan_id == kelurahan_id)
    return db.session.scalars(query.order_by(Rw.number, Rt.number)).all()


def kelurahan_of(rt_id: int) -> int | None:
    """The kelurahan that an RT lies in."""
    return db.session.scalar(select(Rw.kelurahan_id).join(Rt, Rt.rw_id == Rw.id).where(Rt.id == rt_id))
