"""Incidents by words, numbers, phones and times, also closed ones: found by indexes alone, newest first."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.board.models import SearchWord
from meteor.board.search_days import Days
from meteor.board.search_hours import hours_of
from meteor.board.search_query import Number, PhonePart, Query
from meteor.board.search_words import after
from meteor.calls.models import Call
from meteor.incidents.models import Incident, IncidentDay
from meteor.incidents.rules import visible_to
from meteor.store.database import db
from meteor.store.moments import midnight
from meteor.store.phone_ends import PhoneColumn, ends_with

Ids = Select[int]
PhoneConditions = Callable[[PhoneColumn], list[ColumnElement[bool]]]
"""Conditions of which a phone number meets one. They are asked apart: joined by OR they would read all numbers."""

SHORTEST = 3
"""Letters from which on the rest of a word may be left out: most incidents have a word with the same first two."""

FIRST_NUMBERS = 200
"""Numbers that are looked at of those with the same first digits: half of a city has the same four."""


def without_index(column: InstrumentedAttribute[datetime]) -> ColumnElement[datetime]:
    """The column for ORDER BY, without its index: SQLite would read all rows in that order for the few that match."""
    return func.coalesce(column, column)


OPENED = without_index(Incident.opened_at)
"""The moment at which an incident was opened, to sort what is found."""


def found(user: User, query: Query, today: date, part: PhonePart | None = None) -> Select[Incident]:
    """The incidents that `user` may see and that have all that the query asks for, or the part in a phone number."""
    statement = visible_to(user).options(joinedload(Incident.premises), joinedload(Incident.merged_into))
    if query.is_empty:
        return statement.where(false())
    conditions = list(_conditions(query, today))
    if part:
        meant = [select(Incident.id).where(*conditions)] if conditions else []
        return statement.where(Incident.id.in_(union(*meant, _by_phone(first_numbers_or_ends(part)))))
    return statement.where(*conditions)


def first_numbers_or_ends(part: PhonePart) -> PhoneConditions:
    """Numbers that end with the digits, and the first FIRST_NUMBERS of those that begin with them."""

    def conditions(column: PhoneColumn) -> list[ColumnElement[bool]]:
        ends = [ends_with(column, part.end)] if part.end else []
        return [column.in_(_begun(part, column).limit(FIRST_NUMBERS)), *ends] if part.begin else ends

    return conditions


def is_cut(part: PhonePart) -> bool:
    """Return whether more than FIRST_NUMBERS numbers of users or callers begin with the digits."""
    begun = (_begun(part, column) for column in (User.phone, Alert.caller_phone, Call.phone))
    return bool(part.begin) and any(db.session.scalar(each.offset(FIRST_NUMBERS).limit(1)) for each in begun)


def _begun(part: PhonePart, column: PhoneColumn) -> Select[str | None]:
    """The different numbers that begin with the digits, in their order."""
    begins = column >= part.begin, column < f"+{after(part.begin[1:])}", column != _NO_PHONE
    return select(column).where(*begins).distinct().order_by(column)


def _conditions(query: Query, today: date) -> Iterator[ColumnElement[bool]]:
    for number in query.numbers:
        yield Incident.number.in_(_numbers(number)) if len(number.day) == 6 else _ends(number)
    for phone in query.phones:
        yield Incident.id.in_(_by_phone(_with(phone)))
    for word in query.words:
        ids = _by_word(word)
        yield Incident.id.in_(union(ids, _by_count(word)) if word in query.counts else ids)
    if query.hours:
        start, end = timedelta(minutes=query.hours.start), timedelta(minutes=query.hours.end)
        starts = [midnight(day) for day in hours_of(query.days, today)]
        yield or_(false(), *(_between(at + start, at + end) for at in starts))
    elif query.days:
        yield _within(query.days)


def _by_word(word: str) -> Ids:
    """Incidents with a word that begins so; a number and a word of two letters are meant as a whole."""
    ids = select(SearchWord.incident_id)
    if word.isdigit() or len(word) < SHORTEST:
        return ids.where(SearchWord.word == word)
    end = after(word)
    return ids.where(SearchWord.word >= word, SearchWord.word < end) if end else ids.where(SearchWord.word >= word)


def _by_count(count: str) -> Ids:
    """The incidents of all days with this count."""
    return select(Incident.id).where(Incident.number.in_(select(IncidentDay.day + f"-{int(count):03}")))


def _ends(number: Number) -> ColumnElement[bool]:
    """Numbers that end so, of all days."""
    days = IncidentDay.day.like(f"%{number.day}")
    return Incident.number.in_(select(IncidentDay.day + f"-{int(number.count):03}").where(days))


def _numbers(number: Number) -> list[str]:
    """The numbers of a day that a count may mean: itself, and while it is typed those that begin so."""
    begun = (f"{count:03}" for count in range(1000) if f"{count:03}".startswith(number.count))
    counts = {f"{int(number.count):03}", *(begun if len(number.count) < 3 else ())}
    return [f"{number.day}-{count}" for count in sorted(counts)]


def _by_phone(conditions: PhoneConditions) -> Ids:
    """Incidents of a reporter, or of a caller, with a number that meets one of the conditions."""
    accounts = union(*(select(User.id).where(each) for each in conditions(User.phone)))
    called = select(Alert.incident_id).where(Alert.caller_phone != _NO_PHONE)
    calls = select(Alert.incident_id).join(Call, Call.alert_id == Alert.id)
    ids = union(
        select(Incident.id).where(Incident.reporter_id.in_(accounts)),
        select(Alert.incident_id).where(Alert.reporter_id.in_(accounts)),
        *(called.where(each) for each in conditions(Alert.caller_phone)),
        *(calls.where(each) for each in conditions(Call.phone)),
    ).subquery()
    return select(ids.c[0])


def _with(phone: str) -> PhoneConditions:
    return lambda column: [column == phone]


def _within(days: Days) -> ColumnElement[bool]:
    return _between(midnight(days.first), midnight(days.last + timedelta(days=1)))


def _between(start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(Incident.opened_at >= start, Incident.opened_at < end)


_NO_PHONE: ColumnElement[str] = literal_column("''")
"""Words of the index of callers, which is used for these alone."""
