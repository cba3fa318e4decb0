"""Warnings as they are stored: each message once, ended by those that update or cancel it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select, update

from meteor.notices import rules as notices
from meteor.store.database import db, insert_once
from meteor.warnings.areas import City
from meteor.warnings.messages import HOLDS, KEPT_TYPES, Info, Message
from meteor.warnings.models import SEVERITIES, HazardWarning, WarnedKelurahan, WarningDraft, WarningReference
from meteor.warnings.recipients import TOLD

ENDING = ("Update", "Cancel")

KEPT = timedelta(days=365)
"""Time for which a warning that touched the city is kept after it was sent."""

KEPT_ELSEWHERE = timedelta(days=7)
"""The same for one that did not: it is kept so that what it updates ends, and without its content."""

AT_ONCE = 500
"""Warnings that are deleted in one transaction: a press may be waiting for the right to write."""


class Located(NamedTuple):
    """A message, its infos that touch the city (all if none does), and whether each touched kelurahan is exact."""

    message: Message
    infos: Sequence[Info]
    touched: dict[int, bool]


def locate(message: Message, city: City) -> Located:
    """A message with the kelurahan that it touches. Many polygons take a while: call it without the right to write."""
    return Located(message, *_reaching(message.infos, city))


def store(located: Located, at: datetime, feed_id: int | None) -> HazardWarning | None:
    """Store a message. None if it is known, is not for the public, or says nothing about a hazard (Ack, Error).

    One that touches no kelurahan is stored without its content: it may end another, and is not fetched again.
    """
    message, infos, touched = located
    if message.message_type not in KEPT_TYPES or not message.is_public:
        return None
    values = _values(message, infos) | {"feed_id": feed_id, "received_at": at}
    if not touched:
        values |= {"areas": [], "parameters": {}, "xml": ""}
    new = insert_once(HazardWarning, HazardWarning.id).values(**values)
    warning_id = db.session.execute(new).scalar()
    if warning_id is None:
        return None
    if touched:
        rows = [{"warning_id": warning_id, "kelurahan_id": key, "exact": exact} for key, exact in touched.items()]
        db.session.execute(insert(WarnedKelurahan), rows)
    if message.message_type in ENDING:
        _end_others(warning_id, message, at, feed_id)
    _end_if_ended(warning_id, message, at, feed_id)
    return db.session.get_one(HazardWarning, warning_id, populate_existing=True)


def take_down(feed_id: int, at: datetime) -> None:
    """End the warnings of a feed that hold or will, and the notices of them. The messages stay known."""
    holds = HazardWarning.feed_id == feed_id, HazardWarning.ended_at.is_(None), HazardWarning.expires > at
    ids = db.session.scalars(select(HazardWarning.id).where(*holds)).all()
    db.session.execute(update(HazardWarning).where(HazardWarning.id.in_(ids)).values(ended_at=at))
    for warning_id in ids:
        notices.acknowledge_all(f"{TOLD}:{warning_id}:", None, at)


def forget(at: datetime) -> bool:
    """Delete warnings that are older than KEPT, and those of other places. True if there are more."""
    touched = exists().where(WarnedKelurahan.warning_id == HazardWarning.id)
    old = select(HazardWarning.id).where(HazardWarning.sent < at - KEPT).limit(AT_ONCE)
    elsewhere = select(HazardWarning.id).where(HazardWarning.sent < at - KEPT_ELSEWHERE, ~touched).limit(AT_ONCE)
    more = False
    for rows in (old, elsewhere):
        ids = db.session.scalars(rows).all()
        db.session.execute(delete(HazardWarning).where(HazardWarning.id.in_(ids)))
        more = more or len(ids) == AT_ONCE
    return more


def _reaching(infos: Sequence[Info], city: City) -> tuple[Sequence[Info], dict[int, bool]]:
    """Return the infos that touch the city, or all if none does; and the kelurahan.

    A message may say different things about different areas.
    """
    found = [(info, city.touched(info.areas)) for info in infos]
    touched: dict[int, bool] = {}
    for _, of_info in found:
        for key, exact in of_info.items():
            touched[key] = touched.get(key, False) or exact
    return [info for info, of_info in found if of_info] or infos, touched


def _values(message: Message, infos: Sequence[Info]) -> dict[str, Any]:
    """The columns of a message. Of infos that differ, the most severe counts, and the longest time."""
    by_severity = sorted(infos, key=lambda info: SEVERITIES.index(info.severity))
    worst = by_severity[-1] if infos else None
    onsets = [info.onset for info in infos if info.onset]
    onset = min(onsets, default=None)
    expires = [info.expires or (info.onset or message.sent) + HOLDS for info in infos]
    return {
        "identifier": message.identifier, "sender": message.sender, "sent": message.sent, "status": message.status,
        "message_type": message.message_type, "urgency": worst.urgency if worst else "Unknown",
        "severity": worst.severity if worst else "Unknown", "certainty": worst.certainty if worst else "Unknown",
        "onset": onset, "expires": max(expires, default=message.sent + HOLDS),
        "texts": {info.language: info.texts for info in by_severity},
        "areas": list({repr(area): area for info in infos for area in info.areas}.values()),
        "parameters": {name: value for info in by_severity for name, value in info.parameters.items()},
        "xml": message.xml,
    }  # fmt: skip


def _end_others(warning_id: int, message: Message, at: datetime, feed_id: int | None) -> None:
    """End what a message updates or cancels. An exercise ends exercises only."""
    ours = exists().where(WarningDraft.warning_id == HazardWarning.id)
    references = {(each.identifier, each.sender) for each in message.references}
    for identifier, sender in references - {(message.identifier, message.sender)}:
        db.session.execute(insert(WarningReference).values(warning_id=warning_id, identifier=identifier, sender=sender))
        db.session.execute(
            update(HazardWarning)
            .where(HazardWarning.identifier == identifier, HazardWarning.sender == sender,
                   HazardWarning.status == message.status, HazardWarning.ended_at.is_(None),
                   _has_one_origin(message, feed_id), ~ours)
            .values(ended_at=at, ended_by_id=warning_id)
        )  # fmt: skip


def _end_if_ended(warning_id: int, message: Message, at: datetime, feed_id: int | None) -> None:
    """End a message at once whose update or cancellation has come before it."""
    by = db.session.scalar(
        select(HazardWarning.id)
        .join(WarningReference, WarningReference.warning_id == HazardWarning.id)
        .where(WarningReference.identifier == message.identifier, WarningReference.sender == message.sender,
               HazardWarning.status == message.status, _has_one_origin(message, feed_id))
        .order_by(HazardWarning.sent, HazardWarning.id).limit(1)
    )  # fmt: skip
    if by is not None:
        ended = update(HazardWarning).where(HazardWarning.id == warning_id)
        db.session.execute(ended.values(ended_at=at, ended_by_id=by))


def _has_one_origin(message: Message, feed_id: int | None) -> ColumnElement[bool]:
    """A warning is of the message's feed or sender: else the message of any feed could end it."""
    return or_(HazardWarning.feed_id == feed_id, HazardWarning.sender == message.sender)
