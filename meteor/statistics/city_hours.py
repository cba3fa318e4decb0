"""The hour of the day and the weekday in the city of a stored moment, as SQL."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from meteor.store.moments import WIB

_AHEAD = f"{WIB.utcoffset(None).seconds // 3600} hours"


class CityHour(GenericFunction[int]):
    """The hour (WIB, 0 to 23) of a column of moments. The databases' own functions count in UTC or the session's."""

    type = Integer()
    inherit_cache = True
    name = "city_hour"


@compiles(CityHour)
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"cast(extract(hour from timezone(interval '{_AHEAD}', {compiler.process(element.clauses, **how)})) as int)"


@compiles(CityHour, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    return f"cast(strftime('%H', {compiler.process(element.clauses, **how)}, '+{_AHEAD}') as integer)"


class CityWeekday(GenericFunction[int]):
    """The weekday (WIB, 0 is Monday) of a column of moments: see CityHour."""

    type = Integer()
    inherit_cache = True
    name = "city_weekday"


@compiles(CityWeekday)
def _weekday_on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    moment = f"timezone(interval '{_AHEAD}', {compiler.process(element.clauses, **how)})"
    return f"(cast(extract(isodow from {moment}) as int) - 1)"


@compiles(CityWeekday, "sqlite")
def _weekday_on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    day = f"strftime('%w', {compiler.process(element.clauses, **how)}, '+{_AHEAD}')"  # 0 is Sunday
    return f"((cast({day} as integer) + 6) % 7)"
