"""Parsing of a query for service requests: text in, a search or its problems out."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from meteor.hazards.models import KINDS, OPEN, STATUSES
from meteor.open311.rules import SPAN, Search
from meteor.store.shapes import EARLIEST, LATEST

MOST = 1000
"""Highest number of requests of one answer, and of numbers in one query."""

LAST_PAGE = 1000

NUMBER = re.compile(r"B-[0-9]{6}-[0-9]{3,9}")
"""The form of a report's number."""

BY_STATUS = {"open": OPEN, "closed": tuple(status for status in STATUSES if status not in OPEN)}


class NotUnderstood(Exception):
    """An argument is wrong: its `name`, and what would be right."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(name)
        self.name, self.words = name, words


def search_of(query: Mapping[str, str], at: datetime) -> Search:
    """The search of a query string at the moment `at`. An empty argument is one that is not there.

    Numbers override all other arguments, which are then not even read.
    """
    numbers = _listed(query, "service_request_id")
    if len(numbers) > MOST:
        raise NotUnderstood("service_request_id", _("Ask for at most %(most)d at once.", most=MOST))
    if numbers:
        query = {}
    since, until = _window(_moment(query, "start_date"), _moment(query, "end_date"), at)
    return Search(
        numbers=[number if NUMBER.fullmatch(number) else "" for number in numbers],
        kinds=_chosen(query, "service_code", KINDS) or KINDS,
        statuses=[each for word in _chosen(query, "status", [*BY_STATUS]) or BY_STATUS for each in BY_STATUS[word]],
        since=since,
        until=until,
        page=_count(query, "page", 1, LAST_PAGE),
        page_size=_count(query, "page_size", MOST, MOST),
    )


def _window(since: datetime | None, until: datetime | None, at: datetime) -> tuple[datetime, datetime]:
    """The span that is asked for; of a missing end the last or first SPAN."""
    if since is not None and until is not None and until - since > SPAN:
        raise NotUnderstood("start_date", _("Ask for at most %(days)d days at once.", days=SPAN.days))
    if since is None:
        until = until or at
        return until - SPAN, until
    return since, until or since + SPAN


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "").strip().replace(" ", "+")  # a "+" that was not escaped arrives as a space
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and EARLIEST <= moment < LATEST:
            return moment
    except (ValueError, OverflowError):
        pass
    raise NotUnderstood(name, _("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."))


def _listed(query: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in query.get(name, "").split(",") if word.strip()]


def _chosen(query: Mapping[str, str], name: str, allowed: tuple[str, ...] | list[str]) -> list[str]:
    words = _listed(query, name)
    if not set(words) <= set(allowed):
        raise NotUnderstood(name, _("Give one of: %(expected)s.", expected=", ".join(allowed)))
    return words


def _count(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= most:
        return int(text)
    raise NotUnderstood(name, _("Give a number from %(least)d to %(most)d.", least=1, most=most))
