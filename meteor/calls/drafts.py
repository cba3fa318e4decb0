"""Drafts of calls, stored field by field while they are typed, from several windows without loss."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from meteor.accounts.models import User
from meteor.accounts.phones import readable
from meteor.calls.holding import CallTaken, hold
from meteor.calls.models import Call
from meteor.store.database import db

FIELDS = (
    "phone", "name", "type", "type_id", "place", "place_label", "place_from", "latitude", "longitude", "radius", "note",
    "silent", "more",
)  # fmt: skip
"""The fields of the page; and an `answer_<id>` for each question."""

SIDE = "aside"
"""The draft's key for replaced texts of other windows: [[field, text], …], the newest last."""

LONGEST = 4000
MOST_ASIDE = 50
MOST_FIELDS = 60


def save_draft(call: Call, fields: Mapping[str, str], version: int, at: datetime, user: User) -> bool:
    """Store `fields` from a page that showed `version`. Returns whether the call is the user's.

    A window that had not seen the newest version replaces nothing by an empty field, and what it replaces is kept
    aside. Somebody who does not have the call (any more) fills empty fields; the rest of theirs is kept aside.
    """
    try:
        hold(call, at, user)
        theirs = True
    except CallTaken:
        theirs = False
    db.session.refresh(call, with_for_update=True)
    draft = dict(call.draft)
    for name, text in read(fields).items():
        _put(draft, name, text, fresh=theirs and version == call.draft_version, theirs=theirs)
    if draft != call.draft:
        values = {"draft": draft, "draft_version": call.draft_version + 1}
        db.session.execute(update(Call).where(Call.id == call.id).values(values))
        db.session.refresh(call)
    return theirs


def read(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a draft among those of a form, none longer than LONGEST."""
    known = [(name, text) for name, text in fields.items() if name in FIELDS or _is_answer(name)]
    return {name: text[:LONGEST] for name, text in known[:MOST_FIELDS]}


def shown(call: Call) -> dict[str, Any]:
    """The fields as the page shows them: what was typed, and before that what the exchange and METEOR know."""
    fix = {f"fix_{name}": getattr(call, name) for name in ("latitude", "longitude", "radius")}
    given = {name: str(value) for name, value in fix.items() if value is not None}
    return {"phone": readable(call.phone) if call.phone else call.caller} | given | call.draft


def aside(call: Call) -> list[list[str]]:
    """Texts of other windows that this page does not show in its fields."""
    return call.draft.get(SIDE, [])


def forget(call: Call, name: str) -> None:
    """Empty a field whose text has gone where it belongs, or (SIDE) what was kept aside once it was read."""
    draft = {field: value for field, value in call.draft.items() if field != name}
    db.session.execute(update(Call).where(Call.id == call.id).values(draft=draft))
    db.session.refresh(call)


def _put(draft: dict[str, Any], name: str, text: str, *, fresh: bool, theirs: bool) -> None:
    before = draft.get(name, "")
    if text == before or (not text and not fresh):
        return
    if fresh or not before:
        draft[name] = text
        return
    kept, lost = (text, before) if theirs else (before, text)
    draft[name] = kept
    if [name, lost] not in draft.get(SIDE, []):
        draft[SIDE] = [*draft.get(SIDE, []), [name, lost]][-MOST_ASIDE:]


def _is_answer(name: str) -> bool:
    return name.startswith("answer_") and name[7:].isdecimal() and name.isascii() and len(name) < 18
