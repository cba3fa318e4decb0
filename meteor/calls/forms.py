"""Forms of blocked numbers and of the days of the figures."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange

from meteor.accounts import phones
from meteor.calls.caller_flags import LONGEST_BLOCK
from meteor.store.moments import midnight, today

FIRST = date(2019, 1, 1)
"""The year in which the city's 112 began."""

SPANS = (1, 7, 30)
"""Highest number of days of the figures."""


class BlockForm(Form):
    """`phone` becomes E.164."""

    phone = StringField(_l("Number"), [InputRequired(_l("Write the number."))])
    days = IntegerField(
        _l("For how many days?"),
        [InputRequired(_l("From 1 to 90 days.")), NumberRange(1, LONGEST_BLOCK, _l("From 1 to 90 days."))],
        default=7,
    )
    reason = TextAreaField(
        _l("Why?"),
        [InputRequired(_l("Say why: the list shows it.")), Length(max=500, message=_l("At most 500 characters."))],
    )

    def validate_phone(self, field: StringField) -> None:
        try:
            field.data = phones.e164(field.data or "")
        except phones.NotAPhoneNumber as error:
            raise ValidationError(_l("This is not a phone number.")) from error


def period(query: Mapping[str, Any]) -> tuple[date, int]:
    """The last day and how many days up to it the query's `day` and `days` ask for; without sense, only today."""
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = today()
    asked = query.get("days", "1")
    return min(max(day, FIRST), today()), int(asked) if asked in map(str, SPANS) else 1


def bounds(day: date, days: int) -> tuple[datetime, datetime]:
    """The moments at which so many days, of which `day` is the last, begin and end in the city."""
    end = midnight(day + timedelta(days=1))
    return end - timedelta(days=days), end
