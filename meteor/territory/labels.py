"""A place in words."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.store.database import db
from meteor.territory import rules
from meteor.territory.gazetteer import Hit
from meteor.territory.models import Kelurahan

_DIRECTIONS = (
    _l("north"), _l("north-east"), _l("east"), _l("south-east"), _l("south"), _l("south-west"), _l("west"),
    _l("north-west"),
)  # fmt: skip

LANDMARK_KINDS = {
    "health": _l("Hospital or clinic"),
    "security": _l("Police, fire brigade or army"),
    "government": _l("Office"),
    "education": _l("School or campus"),
    "worship": _l("House of worship"),
    "market": _l("Market or shop"),
    "transport": _l("Station, terminal or port"),
    "leisure": _l("Square, park or sight"),
    "other": _l("Other"),
}


LANDMARK_RADIUS = 500.0
"""Metres of radius up to which the way from a landmark still leads to a place."""


def direction(bearing: float) -> str:
    """Return one of eight directions for a bearing in degrees from north, clockwise."""
    return str(_DIRECTIONS[round(bearing / 45) % 8])


def distance(metres: float, radius: float | None = None) -> str:
    """ "350 m" or, from a kilometre on, "1.2 km" with the language's decimal mark; "0–1.6 km" to a vague place.

    `radius` is how exactly the place is known, in metres.
    """
    least, most = rules.span(metres, radius)
    if least == most:
        if metres < 1000:
            return _("%(metres)d m", metres=max(10, round(metres / 10) * 10))
        return _("%(kilometres)s km", kilometres=format_decimal(metres / 1000, format="0.0"))
    if most < 1000:
        return _("%(least)d–%(most)d m", least=round(least, -1), most=round(most, -1))
    return _("%(least)s–%(most)s km", least=_kilometres(least), most=_kilometres(most))


def reach(hit: Hit) -> str:
    """Area and accuracy of a found place: "Kelurahan Jati · within 100 m"."""
    location = rules.locate(hit.latitude, hit.longitude)
    within = _("within %(distance)s", distance=distance(hit.radius))
    if not location.inside:
        return " · ".join((_("outside the city"), within))
    if hit.kind in ("kelurahan", "rw", "rt"):
        return within
    name = location.kelurahan if location.exact else _("%(kelurahan)s (approximate)", kelurahan=location.kelurahan)
    return " · ".join((_("Kelurahan %(name)s", name=name), within))


def place_text(latitude: float, longitude: float, radius: float | None = None) -> str:
    """A point (degrees WGS-84) in one line: "RT 03 RW 05, Mayangan · 350 m north of Alun-alun".

    `radius` is the point's accuracy in metres, None if it is exact.
    """
    location = rules.locate(latitude, longitude)
    around = rules.surroundings(latitude, longitude)
    if not location.inside:
        return " · ".join([_("outside the city"), *place_lines(around, None, exact=False, radius=radius)])
    kelurahan = db.session.get(Kelurahan, location.kelurahan_id)
    return " · ".join(place_lines(around, kelurahan, location.exact, radius))


def place_lines(
    place: dict[str, Any], kelurahan: Kelurahan | None, exact: bool, radius: float | None, *, rt_known: bool = False
) -> list[str]:
    """Lines of a place: its description, RT and kelurahan, the way from a landmark. Empty if unknown.

    A place whose `radius` (metres) is larger than an RT is told by its kelurahan, with the advice to ask, unless its RT
    is known all the same (`rt_known`).
    """
    lines = [f"“{place['words']}”"] if "words" in place else []
    if radius is not None and rules.is_coarse(radius) and not rt_known:
        lines.append(
            _("Kelurahan %(name)s, ± %(distance)s: exact place not known yet, ask",
              name=kelurahan.name, distance=distance(radius))
            if kelurahan
            else _("Exact place not known yet, ask")
        )  # fmt: skip
    elif kelurahan:
        name = kelurahan.name if exact else _("%(kelurahan)s (approximate)", kelurahan=kelurahan.name)
        lines.append(f"{place['rt']}, {name}" if "rt" in place else _("Kelurahan %(name)s", name=name))
    if "landmark" in place and (radius is None or radius <= LANDMARK_RADIUS):
        lines.append(_from_landmark(place, radius))
    return lines


def _from_landmark(place: dict[str, Any], radius: float | None) -> str:
    """The way from the landmark; without its direction where the place may lie on any side of it."""
    away, landmark = distance(place["metres"], radius), place["landmark"]
    if not rules.span(place["metres"], radius)[0]:
        return _("%(distance)s from %(landmark)s", distance=away, landmark=landmark)
    way = direction(place["bearing"])
    return _("%(distance)s %(direction)s of %(landmark)s", distance=away, direction=way, landmark=landmark)


def _kilometres(metres: float) -> str:
    return str(format_decimal(metres / 1000, format="0.#"))
