"""The NIK, the number of an Indonesian identity card: what one looks like, and what it says."""

import re
from dataclasses import dataclass
from datetime import date

CITY = "3574"
"""The area code of Kota Probolinggo, with which a NIK begins that was issued here."""

_WOMAN = 40  # is added to a woman's day of birth


class NotANik(ValueError):
    """No NIK looks like this. `problem` is "digits", "date" or "serial"."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Nik:
    """Sixteen digits, and what they say. One `issued_here` false is as good: people move, and keep their number."""

    digits: str
    born_on: date
    woman: bool
    issued_here: bool


def read(text: str, today: date) -> Nik:
    """The NIK that `text` spells, with or without spaces, dots and hyphens between its digits. Raises NotANik.

    Six digits of the area, day, month and year of birth (a woman's day is 40 higher), four of a serial that begins at
    0001 (Law 23/2006, article 13, as the civil registry explains it). Whether it was ever issued, only that knows.
    """
    digits = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"[0-9]{16}", digits):
        raise NotANik("digits")
    day = int(digits[6:8])
    woman = day > _WOMAN
    born_on = _birth(day - _WOMAN * woman, int(digits[8:10]), int(digits[10:12]), today)
    if digits[12:] == "0000":
        raise NotANik("serial")
    return Nik(digits, born_on, woman, digits.startswith(CITY))


def _birth(day: int, month: int, year: int, today: date) -> date:
    """The latest day with these two digits of the year that is not in the future."""
    century = today.year // 100 * 100
    for full_year in (century + year, century - 100 + year):
        try:
            birth = date(full_year, month, day)
        except ValueError:
            continue
        if birth <= today:
            return birth
    raise NotANik("date")
