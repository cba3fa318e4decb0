"""The command palette: incidents, units, places, people and pages that a few letters may mean."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from flask_babel import gettext as _
from sqlalchemy import select, union
from sqlalchemy.orm import joinedload, lazyload

from meteor.accounts.models import User, UserRole
from meteor.accounts.phones import readable
from meteor.accounts.roles import CALL_HANDLING, COMMAND, STAFF
from meteor.accounts.user_forms import ROLE_NAMES
from meteor.agencies.labels import KINDS
from meteor.agencies.models import Agency, Shift, Unit
from meteor.board import search
from meteor.board.search_query import PhonePart, part_of_phone, read
from meteor.board.search_words import plain
from meteor.calls.labels import CLASSES, STATUSES
from meteor.calls.models import Call
from meteor.evacuation.sites import all_points
from meteor.incidents.labels import where_lines
from meteor.incidents.models import Incident
from meteor.incidents.rules import find
from meteor.protocols.models import IncidentType
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory import gazetteer
from meteor.territory.labels import reach
from meteor.traffic.current import current

MOST, MOST_OF_KIND = 12, 4
"""Hits in all; of each kind, so that none hides the others."""

SHORTEST = 2
"""Letters from which on anything is found."""


@dataclass(frozen=True)
class Hit:
    """Something that the text may mean. `kind` is one of incident, call, unit, place, person and page."""

    label: str
    detail: str
    url: str
    kind: str


def hits(
    user: User,
    text: str,
    today: date,
    pages: Iterable[tuple[str, str]],
    named: Callable[[IncidentType], str],
    moment: Callable[[datetime], str],
) -> list[Hit]:
    """The meanings of a text, MOST at most.

    `pages` are those that the user may open, each with its label and address; `named` gives the name of a type,
    `moment` a day and time in words. Calls and staff are looked up by a phone number for users who handle calls alone.
    """
    words = plain(text).split()
    if len("".join(words)) < SHORTEST:
        return []
    part = part_of_phone(text) if user.has(*CALL_HANDLING) else None
    groups = (_pages(words, pages), _incidents(user, text, today, named), _calls(part, moment), _units(user, words),
              _people(user, words, part), _sites(words), _places(text))  # fmt: skip
    return [hit for group in groups for hit in group[:MOST_OF_KIND]][:MOST]


def _incidents(user: User, text: str, today: date, named: Callable[[IncidentType], str]) -> list[Hit]:
    query = search.found(user, read(text, today), today, part_of_phone(text))
    newest = query.order_by(search.OPENED.desc(), Incident.id.desc()).limit(MOST_OF_KIND)
    found = list(db.session.scalars(newest).unique())
    today_s = find(user, f"{today:%y%m%d}-{text.strip():0>3}") if re.fullmatch(r"\s*\d{1,3}\s*", text) else None
    if today_s:  # "004" is on the board's line
        found = [today_s, *(it for it in found if it is not today_s)]
    return [
        Hit(f"{it.number} {named(it.type)}", " · ".join(where_lines(it)), f"/incidents/{it.number}", "incident")
        for it in found[:MOST_OF_KIND]
    ]


def _calls(part: PhonePart | None, moment: Callable[[datetime], str]) -> list[Hit]:
    """The newest calls from numbers with this part, those from the number that is typed whole first."""
    if part is None:
        return []
    ids = union(*(select(Call.id).where(each) for each in search.first_numbers_or_ends(part)(Call.phone)))
    newest = (Call.phone == part.begin).desc(), search.without_index(Call.received_at).desc()
    query = select(Call).where(Call.id.in_(ids)).order_by(*newest)
    return [
        Hit(readable(call.phone or ""), f"{_what(call)} · {moment(call.received_at)}", f"/calls/{call.id}", "call")
        for call in db.session.scalars(query.limit(MOST_OF_KIND))
    ]


def _what(call: Call) -> str:
    return str(CLASSES.get(call.classified_as or "") or STATUSES[call.status])


def _units(user: User, words: Sequence[str]) -> list[Hit]:
    query = select(Unit.call_sign, Unit.kind, Agency.name).join(Agency, Agency.id == Unit.agency_id)
    rows = db.session.execute(query.where(Unit.in_service).order_by(Unit.call_sign))
    return [
        Hit(row.call_sign, f"{KINDS.get(row.kind, row.kind)} · {row.name}", _address(user, row.call_sign), "unit")
        for row in [row for row in rows if _has(words, row.call_sign)][:MOST_OF_KIND]
    ]


def _people(user: User, words: Sequence[str], part: PhonePart | None) -> list[Hit]:
    """Staff by name or phone with their roles, and the unit that they are on. Residents are not found."""
    staff = select(UserRole.user_id).where(UserRole.role.in_(STAFF))
    query = (
        select(User, Unit)
        .outerjoin(Shift, (Shift.user_id == User.id) & Shift.ended_at.is_(None))
        .outerjoin(Unit, Unit.id == Shift.unit_id)
        .where(User.id.in_(staff), User.active)
        .options(joinedload(User.roles), lazyload(Unit.agency))
        .order_by(User.name)
    )
    found = [row for row in db.session.execute(query).unique() if _is_person(row.User, words, part)]
    return [Hit(row.User.name, _duty(*row), _of_person(user, *row), "person") for row in found[:MOST_OF_KIND]]


def _is_person(person: User, words: Sequence[str], part: PhonePart | None) -> bool:
    return _has(words, person.name) or bool(part and part.fits(person.phone))


def _duty(person: User, unit: Unit | None) -> str:
    roles = [str(ROLE_NAMES[role]) for role in STAFF if person.has(role)]
    return " · ".join([*roles, *([unit.call_sign] if unit else [])])


def _of_person(user: User, person: User, unit: Unit | None) -> str:
    return _address(user, unit.call_sign) if unit else f"/board/search?{urlencode({'q': person.name})}"


def _address(user: User, call_sign: str) -> str:
    """The page of a unit; the queue for who may not read that."""
    return f"/board/units/{quote(call_sign)}" if user.has(*COMMAND, "chief") else "/incidents"


def _sites(words: Sequence[str]) -> list[Hit]:
    """Return staging areas and gathering points, each with the link to its line on its page."""
    areas = current(now()).areas
    points = [each for each in all_points() if each.active]
    staging = [Hit(it.name, _("Staging area"), f"/traffic#staging-area-{it.id}", "place") for it in areas]
    gathering = [Hit(it.name, _("Gathering point"), f"/evacuation#point-{it.id}", "place") for it in points]
    return [hit for hit in [*staging, *gathering] if _has(words, hit.label)]


def _places(text: str) -> list[Hit]:
    return [
        Hit(hit.label, reach(hit), f"/board/search?{urlencode({'q': hit.label})}", "place")
        for hit in gazetteer.search(text, MOST_OF_KIND)
    ]


def _pages(words: Sequence[str], pages: Iterable[tuple[str, str]]) -> list[Hit]:
    return [Hit(label, "", url, "page") for label, url in pages if _has(words, label)]


def _has(words: Sequence[str], text: str) -> bool:
    """Return whether each word begins a word of the text, a part of one ("01"), or all of it."""
    parts = [*plain(text).replace("-", " ").split(), plain(text)]
    return all(any(part.startswith(word) for part in parts) for word in words)
