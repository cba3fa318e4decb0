"""The form of the months that statistics are asked for."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, StringField, ValidationError

MOST_MONTHS = 36
"""Number of months on one page, at most."""

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


class MonthsForm(Form):
    """Months as "2026-11", the last twelve unless the query says which; `most` at a time.

    `data` is what other fields say without the query.
    """

    most = MOST_MONTHS
    since = StringField(_l("From month"))
    until = StringField(_l("Until month"))

    def __init__(self, query: Mapping[str, Any], today: date, **data: Any) -> None:
        months = {"since": f"{months_later(today, -11):%Y-%m}", "until": f"{today:%Y-%m}"}
        super().__init__(query, data=months | data)
        for field in (self.since, self.until):
            field.flags.required = True

    def validate_since(self, field: Field) -> None:
        _check(field)

    def validate_until(self, field: Field) -> None:
        _check(field)
        if self.since.errors:
            return
        if field.data < self.since.data:
            raise ValidationError(_l("The last month is before the first."))
        if len(self.months) > self.most:
            raise ValidationError(_l("Choose %(most)d months at most.", most=self.most))

    @property
    def months(self) -> list[date]:
        """The first days of the months, in order. Only of a valid form."""
        month, last = first_day(self.since.data), first_day(self.until.data)
        found = []
        while month <= last:
            found.append(month)
            month = months_later(month, 1)
        return found


class MonthForm(Form):
    """One month that has begun, the last complete one unless the query says which."""

    month = StringField(_l("Month"))

    def __init__(self, query: Mapping[str, Any], today: date) -> None:
        super().__init__(query, data={"month": f"{months_later(today, -1):%Y-%m}"})
        self.latest = f"{today:%Y-%m}"
        self.month.flags.required = True

    def validate_month(self, field: Field) -> None:
        _check(field)
        if field.data > self.latest:
            raise ValidationError(_l("This month has not begun."))


def _check(field: Field) -> None:
    if not _MONTH.fullmatch(field.data or ""):
        raise ValidationError(_l("Give a month, such as 2026-11."))


def first_day(text: str) -> date:
    """The first day of a month such as "2026-11"."""
    return date.fromisoformat(f"{text}-01")


def months_later(day: date, count: int) -> date:
    """The first day of the month that is so many later than that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1)
