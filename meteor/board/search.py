"""Incidents by words, numbers, phones and times, also closed ones: found by indexes alone, newest first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select, union
from sqlalchemy.orm import joinedload

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.board.models import SearchWord
from meteor.board.search_days import Days
from meteor.board.search_hours import hours_of
from meteor.board.search_query import Number, Query
from meteor.board.search_words import after
from meteor.calls.models import Call
from meteor.incidents.models import Incident, IncidentDay
from meteor.incidents.rules import visible_to
from meteor.store.moments import midnight

Ids = Select[int]

SHORTEST = 3
"""Letters from which on the rest of a word may be left out: most incidents have a word with the same first two."""

# An expression: in the order of its own index SQLite would read all incidents for the few that are found.
OPENED = func.coalesce(Incident.opened_at, Incident.opened_at)
"""The moment at which an incident was opened, to sort what is found."""


def found(user: User, query: Query, today: date) -> Select[Incident]:
    """The incidents that `user` may see and that have all that the query asks for; none if it asks for nothing."""
    statement = visible_to(user).options(joinedload(Incident.premises), joinedload(Incident.merged_into))
    return statement.where(false()) if query.is_empty else statement.where(*_conditions(query, today))


def _conditions(query: Query, today: date) -> Iterator[ColumnElement[bool]]:
    for number in query.numbers:
        yield Incident.number.in_(_numbers(number)) if len(number.day) == 6 else _ends(number)
    for phone in query.phones:
        yield Incident.id.in_(_by_phone(phone))
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


def _by_phone(phone: str) -> Ids:
    """Incidents of a reporter, or of a caller, with this number."""
    account = select(User.id).where(User.phone == phone)
    called = and_(Alert.caller_phone == phone, Alert.caller_phone != literal_column("''"))  # as in the index
    calls = select(Alert.incident_id).join(Call, Call.alert_id == Alert.id).where(Call.phone == phone)
    ids = union(
        select(Incident.id).where(Incident.reporter_id.in_(account)),
        select(Alert.incident_id).where(Alert.reporter_id.in_(account)),
        select(Alert.incident_id).where(called),
        calls,
    ).subquery()
    return select(ids.c[0])


def _within(days: Days) -> ColumnElement[bool]:
    return _between(midnight(days.first), midnight(days.last + timedelta(days=1)))


def _between(start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(Incident.opened_at >= start, Incident.opened_at < end)
