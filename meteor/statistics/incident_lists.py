"""The incidents that the numbers of crime and load count, with the parts by which the tables split them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select

from meteor.incidents.models import Incident
from meteor.protocols.models import IncidentType
from meteor.statistics import alarms, crime, load, prank_list
from meteor.statistics.city_hours import CityHour, CityWeekday
from meteor.statistics.crime_statistics import COUNTED
from meteor.statistics.heat_cells import are_in_cells, heat_cells, lies_in
from meteor.territory.models import Kelurahan

Conditions = Iterable[ColumnElement[bool]]

UNKNOWN = "0"
"""The kelurahan of incidents without one."""

CELLS = "cells"


class IncidentList(NamedTuple):
    """A count of incidents: its title, and the conditions that its incidents meet in a span of time."""

    title: Any
    conditions: Callable[[load.Span], Conditions]


LISTS: Mapping[str, IncidentList] = {
    "cases": IncidentList(COUNTED, crime.are_cases),
    "opened": IncidentList(_l("Busiest hours (WIB)"), load.not_merged),
    "false-alarms": IncidentList(_l("False alarms"), load.are_false_alarms),
    "pranks": IncidentList(_l("Incidents closed as pranks"), prank_list.are_pranks),
    "alarms": IncidentList(_l("Alarms"), alarms.have_an_alarm),
    CELLS: IncidentList(_l("Incidents by cells of 250 m"), are_in_cells),
    "never-acknowledged": IncidentList(_l("Never acknowledged"), alarms.were_never_acknowledged),
}
"""The lists by their names in addresses."""

PARTS: Mapping[str, Callable[[str], ColumnElement[bool]]] = {
    "type": lambda code: Incident.type_id == _id_of(IncidentType, code),
    "kelurahan": lambda code: Incident.kelurahan_id == (None if code == UNKNOWN else _id_of(Kelurahan, code)),
    "premises": lambda number: Incident.premises_id == int(number),
    "weekday": lambda day: CityWeekday(Incident.opened_at) == int(day),
    "hour": lambda hour: CityHour(Incident.opened_at) == int(hour),
    "cell": lies_in,
}
"""Conditions of a part, by its name in addresses."""


def may_be_listed(name: str, between: load.Span, parts: Mapping[str, str]) -> bool:
    """Return whether there is such a list: of a cell, only if the map shows it in these months, and undivided."""
    if name != CELLS:
        return name in LISTS and "cell" not in parts
    return list(parts) == ["cell"] and any(cell.name == parts["cell"] for cell in heat_cells(between))


def listed(name: str, between: load.Span, parts: Mapping[str, str]) -> Select[Any]:
    """The incidents that a number counts, by one of LISTS in a time and values of PARTS."""
    conditions = (PARTS[part](value) for part, value in parts.items())
    return select(Incident).where(*LISTS[name].conditions(between), *conditions)


def _id_of(model: Any, code: str) -> Any:
    return select(model.id).where(model.code == code).scalar_subquery()
