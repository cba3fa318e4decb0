"""SQL: whether a warning is for single RT, and for which."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from meteor.warnings.models import WarnedKelurahan, WarnedRt


def names_rt(warning_id: Any, rt_id: Any) -> ColumnElement[bool]:
    """Condition: the warning names this RT."""
    named = aliased(WarnedRt)
    row = select(named.rt_id).where(named.warning_id == warning_id, named.rt_id == rt_id)
    return row.correlate_except(named).exists()


def touches_whole(warning_id: Any, kelurahan_id: Any) -> ColumnElement[bool]:
    """Condition: the warning is for all of this kelurahan. One that named RT is not, also when they were removed."""
    touched = aliased(WarnedKelurahan)
    row = select(touched.kelurahan_id).where(
        touched.warning_id == warning_id, touched.kelurahan_id == kelurahan_id, touched.whole
    )
    return row.correlate_except(touched).exists()


def touches_rt(warning_id: Any, rt_id: Any, kelurahan_id: Any) -> ColumnElement[bool]:
    """Condition: the warning, which touches the RT's kelurahan, is for this RT: by name, or as all of the kelurahan."""
    return or_(names_rt(warning_id, rt_id), touches_whole(warning_id, kelurahan_id))
