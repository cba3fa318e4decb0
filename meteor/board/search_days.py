"""Days in a search, in Indonesian and English: "kemarin", "last week", "27/11", "27 November"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Days:
    """Days from `first` to `last`, both included, in the city."""

    first: date
    last: date


Reader = Callable[[re.Match[str], date], Days | None]

MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari january jan", "februari february feb", "maret march mar", "april apr", "mei may", "juni june jun",
         "juli july jul", "agustus august agu agt ags aug", "september sept sep", "oktober october okt oct",
         "november nov", "desember december des dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("senin monday", "selasa tuesday", "rabu wednesday", "kamis thursday", "jumat friday", "sabtu saturday",
         "ahad sunday")
    )
    for name in names.split()
}  # fmt: skip

_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
_YEARS = range(2000, 2100)


def take_days(text: str, today: date) -> tuple[str, list[Days]]:
    """Take every day, week and month out of a text in small letters. Returns what is left, and them."""
    found: list[Days] = []
    for pattern, read in _DAYS:

        def take(match: re.Match[str], read: Reader = read) -> str:
            days = read(match, today)
            if days:
                found.append(days)
            return " " if days else match[0]

        text = pattern.sub(take, text)
    return text, found


def _date(year: int, month: int, day: int) -> Days | None:
    try:
        at = date(year, month, day)
    except ValueError:
        return None
    return Days(at, at) if year in _YEARS else None


def _dated(day: int, month: int, year: str | None, today: date) -> Days | None:
    """A day; without a year the last such day that is not to come."""
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    days = (_date(today.year - ago, month, day) for ago in range(9))  # a 29 February may be eight years ago
    return next((it for it in days if it and it.first <= today), None)


def _past(days: Days | None, today: date) -> Days | None:
    return days if days and days.first <= today else None


def _month(year: int, month: int) -> Days:
    following = date(year + month // 12, month % 12 + 1, 1)
    return Days(date(year, month, 1), following - DAY)


def _week(today: date, ago: int) -> Days:
    monday = today - today.weekday() * DAY - ago * WEEK
    return Days(monday, monday + 6 * DAY)


def _ago(match: re.Match[str], today: date) -> Days | None:
    """ "3 hari lalu" is that day, "2 weeks ago" that week, "7 hari" and "7h" the last seven days."""
    count, week, past = int(match["count"]), match["unit"].startswith(("m", "w", "p")), match["past"]
    if past in ("lalu", "ago"):
        return _week(today, count) if week else Days(today - count * DAY, today - count * DAY)
    return Days(today - (count * (7 if week else 1) - 1) * DAY, today) if count else None


def _weekday(match: re.Match[str], today: date) -> Days:
    number = WEEKDAYS.get(match["weekday"], 6)
    ago = (today.weekday() - number) % 7 or (7 if match["last"] or match["past"] else 0)
    return Days(today - ago * DAY, today - ago * DAY)


def _days_ago(count: int) -> Reader:
    return lambda match, today: Days(today - count * DAY, today - count * DAY)


def _last_month(match: re.Match[str], today: date) -> Days:
    return _month(today.year - (today.month == 1), (today.month - 2) % 12 + 1)


_DAYS: list[tuple[re.Pattern[str], Reader]] = [
    (re.compile(pattern), read)
    for pattern, read in (
        (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", lambda it, today: _date(int(it[1]), int(it[2]), int(it[3]))),
        (r"\b(\d{1,2})-(\d{1,2})-(\d{4}|\d{2})\b", lambda it, today: _dated(int(it[1]), int(it[2]), it[3], today)),
        (r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])",
         lambda it, today: _dated(int(it[1]), int(it[2]), it[3], today)),
        (rf"\b(\d{{1,2}}) ?({_MONTH})\b(?: (\d{{4}}))?",
         lambda it, today: _dated(int(it[1]), MONTHS[it[2]], it[3], today)),
        (rf"\b({_MONTH}) (\d{{1,2}})\b(?!:)(?:,? (\d{{4}}))?",
         lambda it, today: _dated(int(it[2]), MONTHS[it[1]], it[3], today)),
        (rf"\b({_MONTH}) (20\d{{2}})\b", lambda it, today: _month(int(it[2]), MONTHS[it[1]])),
        (r"(?<![\d-])(\d{2})(\d{2})(\d{2})(?:-(?!\d)|(?![\d-]))",
         lambda it, today: _past(_dated(int(it[3]), int(it[2]), it[1], today), today)),
        (r"\b(?:last )?(?P<count>\d{1,3}) ?(?P<unit>hari|hr|days?|minggu|pekan|weeks?|[hdw])\b"
         r"(?: (?:yang )?(?P<past>lalu|ago|terakhir))?", _ago),
        (r"\b(?:kemarin lusa|day before yesterday)\b", _days_ago(2)),
        (r"\b(?:kemarin|yesterday)\b", _days_ago(1)),
        (r"\b(?:hari ini|today)\b", _days_ago(0)),
        (r"\b(?:minggu (?:yang )?lalu|minggu kemarin|pekan lalu|last week)\b", lambda it, today: _week(today, 1)),
        (r"\b(?:minggu ini|pekan ini|this week)\b", lambda it, today: _week(today, 0)),
        (r"\b(?:bulan (?:yang )?lalu|last month)\b", _last_month),
        (r"\b(?:bulan ini|this month)\b", lambda it, today: _month(today.year, today.month)),
        (rf"\b(?P<last>last )?(?:hari )?(?P<weekday>{_WEEKDAY}|(?<=hari )minggu)\b(?: (?P<past>lalu|kemarin))?",
         _weekday),
    )
]  # fmt: skip
