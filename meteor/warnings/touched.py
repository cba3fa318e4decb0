"""SQL: whether a warning is for single RT, and for which."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from meteor.territory.models import Rt, Rw
from meteor.warnings.models import WarnedRt


def names_rt(warning_id: Any, rt_id: Any) -> ColumnElement[bool]:
    """Condition: the warning names this RT."""
    named = aliased(WarnedRt)
    row = select(named.rt_id).where(named.warning_id == warning_id, named.rt_id == rt_id)
    return row.correlate_except(named).exists()


def names_rt_of(warning_id: Any, kelurahan_id: Any) -> ColumnElement[bool]:
    """Condition: the warning names an RT of this kelurahan, and so is not for all of it."""
    named, rt, rw = aliased(WarnedRt), aliased(Rt), aliased(Rw)
    rows = select(named.rt_id).join(rt, rt.id == named.rt_id).join(rw, rw.id == rt.rw_id)
    rows = rows.where(named.warning_id == warning_id, rw.kelurahan_id == kelurahan_id)
    return rows.correlate_except(named, rt, rw).exists()


def touches_rt(warning_id: Any, rt_id: Any, kelurahan_id: Any) -> ColumnElement[bool]:
    """Condition: the warning, which touches the RT's kelurahan, is for this RT: by name, or as all of the kelurahan."""
    return or_(names_rt(warning_id, rt_id), ~names_rt_of(warning_id, kelurahan_id))
