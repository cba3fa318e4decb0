"""Months in WIB, as the addresses of roster pages name them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meteor.store.moments import midnight

_WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True)
class Month:
    """A month by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that a day lies in."""
        return cls(day.replace(day=1))

    @classmethod
    def read(cls, text: str) -> "Month":
        """The month that a text such as 2026-11 names. Raises ValueError for any other text."""
        written = _WRITTEN.fullmatch(text)
        if not written:
            raise ValueError(text)
        return cls(date(int(written[1]), int(written[2]), 1))

    @property
    def following(self) -> "Month":
        """The month after this one."""
        return Month.of(self.first + timedelta(days=31))

    @property
    def before(self) -> "Month":
        """The month before this one."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def last(self) -> date:
        """The last day."""
        return self.following.first - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        """Its days in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins."""
        return midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The moment at which the next one begins."""
        return midnight(self.following.first)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def monday_of(day: date) -> date:
    """The Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())
