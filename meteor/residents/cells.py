"""Readers of typed values of residents. They raise ValueError with the correct form."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.residents.nik import Nik, NotANik
from meteor.residents.nik import read as read_nik
from meteor.residents.rules import Position
from meteor.store.database import db
from meteor.store.moments import today
from meteor.territory.boundaries import metres_outside
from meteor.territory.models import Kelurahan
from meteor.territory.rt_table import BORDER
from meteor.territory.rules import locate

LONGEST_NAME = 100
LONGEST_ADDRESS = 200
LARGEST_ACCURACY = 100_000.0  # metres

_NIK_PROBLEMS = {
    "digits": _l("A NIK has 16 digits, as on the identity card or the family card."),
    "date": _l("Digits 7 to 12 of a NIK are a birth date (of a woman plus 40). These are not: compare with the card."),
    "serial": _l("A NIK does not end in 0000. Compare with the card."),
}
_NUMBER = r"-?[0-9]{1,3}(?:[.,][0-9]+)?"


def line(text: str) -> str:
    """Return one line of text: no control characters, single spaces between words."""
    printable = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    return " ".join(printable.split())


def no_longer_than(longest: int) -> Callable[[str], str]:
    """Reader of a line with a highest length."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise ValueError(_l("At most %(longest)d characters.", longest=longest))
        return text

    return read


def phone(text: str) -> str:
    """A phone number, in E.164."""
    try:
        return e164(text)
    except NotAPhoneNumber as error:
        raise ValueError(_l("This is not a phone number. For example: 0812 3456 7890.")) from error


def nik(text: str) -> Nik:
    """A NIK."""
    try:
        return read_nik(text, today())
    except NotANik as error:
        raise ValueError(_NIK_PROBLEMS[error.problem]) from error


def position(text: str) -> Position:
    """Latitude and longitude as maps show them: "-7.7337, 113.2166", also with decimal commas; in the city."""
    numbers = re.fullmatch(rf"\s*({_NUMBER})(?:\s*[,;]\s+|\s*;|\s+|,(?=-?[0-9]+\.))({_NUMBER})\s*", text)
    if not numbers:
        raise ValueError(_l("Give latitude and longitude, as maps show them: -7.73370, 113.21660."))
    latitude, longitude = (float(number.replace(",", ".")) for number in numbers.groups())
    if not in_city(latitude, longitude):
        raise ValueError(_l("This is outside of the city. Latitude comes first: -7.73370, 113.21660."))
    return Position(latitude, longitude)


def in_city(latitude: float, longitude: float) -> bool:
    """Return whether a home may be at a point (degrees WGS-84), BORDER metres outside at most."""
    if abs(latitude) > 90 or abs(longitude) > 180:
        return False
    location = locate(latitude, longitude)
    nearest = db.session.get(Kelurahan, location.kelurahan_id) if location.kelurahan_id else None
    near = nearest and nearest.boundary and metres_outside(nearest, latitude, longitude) <= BORDER
    return location.inside or bool(near)


def accuracy(text: str) -> float | None:
    """Metres, as a device gave them; None for anything else."""
    try:
        metres = float(text)
    except ValueError:
        return None
    return metres if 0 <= metres <= LARGEST_ACCURACY else None


def spelled(position: Any) -> str:
    """A position in the form that `position` reads: "-7.73370, 113.21660"."""
    return f"{position.latitude:.5f}, {position.longitude:.5f}" if position.latitude is not None else ""
