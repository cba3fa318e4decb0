"""Areas and landmarks as the administrator keeps them: every change is in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from meteor.store import audit
from meteor.store.database import db
from meteor.territory.models import Kecamatan, Kelurahan, Landmark, Rt, Rw


class NotUnique(Exception):
    """There is such an RT already."""


class InUse(Exception):
    """Households, incidents or a leader belong to this RT."""


def remove_landmark(landmark: Landmark, actor: Any) -> None:
    """Remove a landmark. Incidents keep what they say of it."""
    names = ("name", "kind", "aliases", "latitude", "longitude")
    before = {name: getattr(landmark, name) for name in names}
    audit.record_change(actor, "landmark_removed", f"landmarks:{landmark.id}", before, {})
    db.session.delete(landmark)


def add_rt(kelurahan: Kelurahan, rw: int, number: int, position: Mapping[str, Any], actor: Any) -> Rt:
    """Add an RT, and its RW if it is the first there. Raises NotUnique."""
    home = db.session.scalar(select(Rw).where(Rw.kelurahan_id == kelurahan.id, Rw.number == rw))
    if home is None:
        home = Rw(kelurahan=kelurahan, number=rw)
    elif db.session.scalar(select(Rt.id).where(Rt.rw_id == home.id, Rt.number == number)):
        raise NotUnique
    rt = Rt(rw=home, number=number, **position)
    db.session.add(rt)
    db.session.flush()
    audit.record_change(actor, "rt_added", f"rt:{rt.id}", {}, _values(rt))
    return rt


def remove_rt(rt: Rt, actor: Any) -> None:
    """Remove an RT that nothing belongs to, and with its last RT an RW. Raises InUse."""
    rt_id, rw_id, before = rt.id, rt.rw_id, _values(rt)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Rt).where(Rt.id == rt_id))
            db.session.execute(delete(Rw).where(Rw.id == rw_id, ~exists().where(Rt.rw_id == rw_id)))
    except IntegrityError as error:
        raise InUse(before["name"]) from error
    audit.record_change(actor, "rt_removed", f"rt:{rt_id}", before, {})


def kecamatan_names() -> dict[str, str]:
    """Names of the kecamatan by their codes, in the order of the names."""
    rows = db.session.execute(select(Kecamatan.code, Kecamatan.name).order_by(Kecamatan.name))
    return {row.code: row.name for row in rows}


def boundaries_known() -> tuple[int, int]:
    """Number of kelurahan with a boundary, and of all."""
    row = db.session.execute(select(func.count(Kelurahan.boundary), func.count()).select_from(Kelurahan)).one()
    return row[0], row[1]


def _values(rt: Rt) -> dict[str, Any]:
    return {"name": rt.label, "latitude": rt.latitude, "longitude": rt.longitude}
