"""Names of the values that response times are grouped and narrowed by, in the language of the request."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from meteor.agencies.models import Agency
from meteor.incidents.labels import SOURCES
from meteor.protocols.models import IncidentType
from meteor.statistics.figures import NOWHERE
from meteor.statistics.labels import month
from meteor.statistics.public_figures import began
from meteor.store.database import db
from meteor.store.moments import today
from meteor.territory.choices import kelurahan
from meteor.web.language import named

SHORT = 14
"""Longest name in a chart, in letters."""


def choices() -> Mapping[str, list[tuple[str, str]]]:
    """The values of each dimension but months, with their names."""
    agencies = db.session.scalars(select(Agency).order_by(Agency.name))
    types = db.session.scalars(select(IncidentType))
    places = [(str(each.id), each.name) for each in kelurahan()]
    return {
        "agency": [(str(agency.id), agency.name) for agency in agencies],
        "type": sorted(((str(each.id), named(each)) for each in types), key=lambda pair: pair[1]),
        "priority": [(str(level), f"P{level}") for level in (1, 2, 3, 4)],
        "kelurahan": [*places, (str(NOWHERE), _("Place unknown"))],
        "source": [(source, str(label)) for source, label in SOURCES.items()],
        "hour": [(str(hour), f"{hour:02}–{hour + 1:02}") for hour in range(24)],
    }


def namer(dimension: str) -> Callable[[Any], str]:
    """The name of a value of a dimension, by its key in the figures."""
    if dimension == "month":
        return _month_or_part(began())
    known = dict(choices()[dimension])
    return lambda key: known.get(value_of(key), value_of(key))


def _month_or_part(first: date | None) -> Callable[[Any], str]:
    """The names of months, marked as a part: the present one, and that of the `first` day unless it begins then."""
    parts = {f"{day:%Y-%m}" for day in (today(), first if first and first.day > 1 else None) if day}
    return lambda key: _("%(month)s (part)", month=month(key)) if key in parts else month(key)


def short_namer(dimension: str) -> Callable[[Any], str]:
    """The same names for a chart, each in a few letters."""
    if dimension == "month":
        return lambda key: month(key, "MMM yy")
    name = namer(dimension)
    return lambda key: name(key) if len(name(key)) <= SHORT else f"{name(key)[: SHORT - 1]}…"


def value_of(key: Any) -> str:
    """A key in the figures as the value of an address."""
    return str(NOWHERE if key is None else key)
