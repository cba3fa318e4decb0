"""Remove gathering points and routes; take answers of residents, and forget them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_

from meteor.accounts.models import User
from meteor.evacuation import asking
from meteor.evacuation.asking import Window
from meteor.evacuation.models import SEEN_SAFE, EvacuationRoute, GatheringPoint, SafetyAnswer
from meteor.residents.models import Resident
from meteor.store import audit
from meteor.store.database import db, insert_into

KEPT = timedelta(days=30)
"""Age after which answers are deleted."""

AT_ONCE = 500
"""Answers that are deleted in one transaction: presses wait for it."""

MOST_PEOPLE = 99
"""Largest number of people at home that is stored."""


class Closed(Exception):
    """The warning is not asked about: it has not begun, or it is over for longer than asking.ASKED_AFTER."""


class AnsweredThemselves(Exception):
    """The resident has answered; the RT leader's word does not replace that."""


def remove_point(point: GatheringPoint, actor: User) -> None:
    """Remove a gathering point, with the routes that lead to it."""
    for route in [*point.routes]:
        remove_route(route, actor)
    audit.record(actor, "gathering_point_removed", f"gathering_points:{point.id}", name=point.name)
    db.session.delete(point)


def remove_route(route: EvacuationRoute, actor: User) -> None:
    """Remove a route."""
    audit.record(actor, "evacuation_route_removed", f"evacuation_routes:{route.id}", name=route.name)
    db.session.delete(route)
    db.session.flush()


def answer(resident: Resident, window: Window, word: str, people: int | None, at: datetime) -> None:
    """Store what a resident answers, in place of an earlier answer. `word` is one of OWN_ANSWERS. Raises Closed."""
    _check(window, at)
    known = people if people is not None and 0 <= people <= MOST_PEOPLE else None
    values = {"answer": word, "people": known, "answered_at": at, "author_id": resident.user_id}
    db.session.execute(_insert(resident, window, values).on_conflict_do_update(index_elements=_KEY, set_=values))


def mark_seen(resident: Resident, window: Window, leader: User, at: datetime) -> None:
    """Store that the RT leader has seen a resident safe. Raises Closed, AnsweredThemselves."""
    _check(window, at)
    given = asking.answer_of(resident.id, window.warning_id)
    if given is not None and given.answer != SEEN_SAFE:
        raise AnsweredThemselves
    values = {"answer": SEEN_SAFE, "people": None, "answered_at": at, "author_id": leader.id}
    statement = _insert(resident, window, values).on_conflict_do_update(
        index_elements=_KEY, set_=values, where=SafetyAnswer.answer == SEEN_SAFE
    )
    if db.session.execute(statement.returning(SafetyAnswer.warning_id)).first() is None:
        raise AnsweredThemselves


def unmark_seen(resident: Resident, window: Window, at: datetime) -> None:
    """Take back that the RT leader has seen a resident safe. Raises Closed, AnsweredThemselves."""
    _check(window, at)
    given = asking.answer_of(resident.id, window.warning_id)
    if given is not None and given.answer != SEEN_SAFE:
        raise AnsweredThemselves
    mine = SafetyAnswer.resident_id == resident.id, SafetyAnswer.warning_id.in_(asking.chain(window.warning_id))
    db.session.execute(delete(SafetyAnswer).where(*mine, SafetyAnswer.answer == SEEN_SAFE))


def forget(at: datetime) -> bool:
    """Delete AT_ONCE answers that are older than KEPT: they are personal data. True if more may be left."""
    old = select(*_KEY).where(SafetyAnswer.answered_at < at - KEPT).limit(AT_ONCE)
    keys = [tuple(row) for row in db.session.execute(old)]
    if keys:
        db.session.execute(delete(SafetyAnswer).where(tuple_(*_KEY).in_(keys)))
    return len(keys) == AT_ONCE


_KEY = [SafetyAnswer.warning_id, SafetyAnswer.resident_id]


def _check(window: Window, at: datetime) -> None:
    if not window.is_open(at):
        raise Closed


def _insert(resident: Resident, window: Window, values: dict[str, Any]) -> Any:
    return insert_into(SafetyAnswer).values(warning_id=window.warning_id, resident_id=resident.id, **values)
