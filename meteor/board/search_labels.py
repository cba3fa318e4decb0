"""A search as it was understood, in words."""

from collections.abc import Iterator
from datetime import date, time

from flask_babel import format_date, format_time
from flask_babel import gettext as _

from meteor.accounts.phones import readable
from meteor.board.search import FIRST_NUMBERS, is_cut
from meteor.board.search_days import Days
from meteor.board.search_hours import NEAR, Hours
from meteor.board.search_query import PhonePart, Query


def understood(query: Query) -> Iterator[str]:
    """The times and phone numbers that were read in a text. Of words and numbers the text itself says it."""
    for phone in query.phones:
        yield _("Phone %(number)s", number=readable(phone))
    if query.days:
        yield _days(query.days)
    if query.hours:
        yield _hours(query.hours)
        if not query.days or (query.days.last - query.days.first).days >= NEAR:
            yield _("in the last %(days)s days", days=NEAR)


def cut(part: PhonePart | None) -> str:
    """That not all phone numbers with these digits are looked at; "" where they are."""
    if not part or not is_cut(part):
        return ""
    return _("Only the first %(count)s numbers with these digits are looked at. Type more digits.", count=FIRST_NUMBERS)


def _days(days: Days) -> str:
    if days.first == days.last:
        return _date(days.first)
    return f"{_date(days.first)} – {_date(days.last)}"


def _date(day: date) -> str:
    return format_date(day, "EEE d MMM y")


def _hours(hours: Hours) -> str:
    end = 1439 if hours.end == 1440 else hours.end  # 23.59
    return f"{_time(hours.start)}–{_time(end)}"


def _time(minutes: int) -> str:
    return format_time(time(minutes // 60 % 24, minutes % 60), "short")
