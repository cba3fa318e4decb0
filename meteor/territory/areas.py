"""Areas and landmarks as the administrator keeps them: every change is in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from meteor.store import audit
from meteor.store.database import Base, db
from meteor.territory.models import Kecamatan, Kelurahan, Landmark, Rt, Rw


class NotUnique(Exception):
    """There is one already that is called so."""


class InUse(Exception):
    """Households, incidents or a leader belong to this RT."""


def kelurahan_values(kelurahan: Kelurahan) -> dict[str, Any]:
    """The editable values of a kelurahan. The centroid is in degrees WGS-84."""
    return _values(kelurahan, "name", "postcode", "latitude", "longitude")


def save_kelurahan(kelurahan: Kelurahan, values: Mapping[str, Any], actor: Any) -> None:
    """Give a kelurahan these values (see kelurahan_values)."""
    _save(kelurahan, "kelurahan", values, kelurahan_values(kelurahan), actor)


def kecamatan_values(kecamatan: Kecamatan) -> dict[str, Any]:
    """The editable values of a kecamatan."""
    return _values(kecamatan, "name")


def save_kecamatan(kecamatan: Kecamatan, values: Mapping[str, Any], actor: Any) -> None:
    """Give a kecamatan this name. Raises NotUnique."""
    _refuse_taken(Kecamatan, values["name"], kecamatan.id)
    _save(kecamatan, "kecamatan", values, kecamatan_values(kecamatan), actor)


def landmark_values(landmark: Landmark) -> dict[str, Any]:
    """The editable values of a landmark. The position is in degrees WGS-84."""
    return _values(landmark, "name", "kind", "aliases", "latitude", "longitude")


def save_landmark(landmark: Landmark, values: Mapping[str, Any], actor: Any) -> None:
    """Give a landmark, or a new one, these values (see landmark_values). Raises NotUnique."""
    _refuse_taken(Landmark, values["name"], landmark.id)
    _save(landmark, "landmark", values, landmark_values(landmark) if landmark.id else {}, actor)


def remove_landmark(landmark: Landmark, actor: Any) -> None:
    """Remove a landmark. Incidents keep what they say of it."""
    audit.record_change(actor, "landmark_removed", f"landmarks:{landmark.id}", landmark_values(landmark), {})
    db.session.delete(landmark)


def rt_values(rt: Rt) -> dict[str, Any]:
    """The editable values of an RT: its middle in degrees WGS-84, or None."""
    return _values(rt, "latitude", "longitude")


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
    audit.record_change(actor, "rt_added", f"rt:{rt.id}", {}, {"name": rt.label} | rt_values(rt))
    return rt


def save_rt(rt: Rt, position: Mapping[str, Any], actor: Any) -> None:
    """Say where the middle of an RT is (see rt_values)."""
    _save(rt, "rt", position, rt_values(rt), actor)


def remove_rt(rt: Rt, actor: Any) -> None:
    """Remove an RT that nothing belongs to, and with its last RT an RW. Raises InUse."""
    rt_id, rw_id, before = rt.id, rt.rw_id, {"name": rt.label} | rt_values(rt)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Rt).where(Rt.id == rt_id))
            db.session.execute(delete(Rw).where(Rw.id == rw_id, ~exists().where(Rt.rw_id == rw_id)))
    except IntegrityError as error:
        raise InUse(before["name"]) from error
    audit.record_change(actor, "rt_removed", f"rt:{rt_id}", before, {})


def boundaries_known() -> tuple[int, int]:
    """Number of kelurahan with a boundary, and of all."""
    row = db.session.execute(select(func.count(Kelurahan.boundary), func.count()).select_from(Kelurahan)).one()
    return row[0], row[1]


def _values(record: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _save(record: Any, word: str, values: Mapping[str, Any], before: dict[str, Any], actor: Any) -> None:
    for name, value in values.items():
        setattr(record, name, value)
    db.session.add(record)
    db.session.flush()
    action = f"{word}_changed" if before else f"{word}_added"
    audit.record_change(actor, action, f"{record.__tablename__}:{record.id}", before, _values(record, *values))


def _refuse_taken(model: type[Base], name: str, own_id: int | None) -> None:
    columns: Any = model
    if db.session.scalar(select(columns.id).where(columns.name == name, columns.id != own_id)) is not None:
        raise NotUnique(name)
