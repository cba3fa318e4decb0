"""Warnings of the disaster agency: one person writes, a second one approves, and then it is published.

Where a life is at risk see at_once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from meteor.accounts.models import User, UserRole
from meteor.notices import rules as notices
from meteor.store import audit
from meteor.store.database import db, guarded_update
from meteor.warnings import reading, reviews
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.publishing import Publisher, publish

WRITERS = ("hazard_officer", "dispatcher", "supervisor")
"""Roles that read drafts, write them, and withdraw their own."""

APPROVERS = ("hazard_officer", "supervisor")
"""Roles that decide on drafts, never on their own. The supervisor is a second at night."""

MOST, SPAN = 6, timedelta(hours=1)
"""Number of new warnings of one author that may be approved within SPAN. What goes at once does not count."""

DECIDED = 30
"""Number of decided drafts that are listed."""


class OwnDraft(Exception):
    """The author cannot approve the draft."""


class NotAllowed(Exception):
    """The user may withdraw own drafts, and refuse none of others."""


class TooMany(Exception):
    """The author has published MOST warnings within SPAN; `until` is when the next one may go."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class NotWaiting(Exception):
    """The draft was decided, or changed, after the user had read it."""


class Expired(Exception):
    """The warning would be over before it is published."""


class Ended(Exception):
    """The warning that the draft updates or cancels holds no longer: it was updated or cancelled, or it expired."""


def waiting() -> Sequence[WarningDraft]:
    """The drafts that wait for approval, the oldest first."""
    query = select(WarningDraft).where(WarningDraft.decided_at.is_(None))
    return db.session.scalars(query.order_by(WarningDraft.written_at)).all()


def decided() -> Sequence[WarningDraft]:
    """The latest decided drafts, newest first, DECIDED at most."""
    query = select(WarningDraft).where(WarningDraft.decided_at.is_not(None))
    return db.session.scalars(query.order_by(WarningDraft.id.desc()).limit(DECIDED)).all()


def current(at: datetime) -> Sequence[HazardWarning]:
    """The agency's own warnings that hold at a moment, newest first; an all-clear is none."""
    query = select(HazardWarning).join(WarningDraft, WarningDraft.warning_id == HazardWarning.id)
    return db.session.scalars(query.where(*reading.may_hold(at)).order_by(HazardWarning.sent.desc())).all()


def draft_of(warning_id: int) -> WarningDraft | None:
    """The draft that a warning was made of; None for a warning of others."""
    return db.session.scalar(select(WarningDraft).where(WarningDraft.warning_id == warning_id))


def write(draft: WarningDraft, values: Mapping[str, Any], author: User, at: datetime) -> None:
    """Store a new or changed draft by its values, and tell those who may approve it.

    The user who changes a draft is its author from then on, so that a text is always read by a second person. A
    refused draft waits again, and keeps who refused it and why. Raises NotWaiting for a published one.
    """
    if draft.warning_id is not None:
        raise NotWaiting
    if draft.refusal and draft.decided_by_id != draft.author_id:
        draft.refused_by_id, draft.refused_at = draft.decided_by_id, draft.decided_at
        draft.refused_because = draft.refusal
    word = "warning_draft_changed" if draft.id else "warning_drafted"
    for name, value in values.items():
        setattr(draft, name, value)
    draft.author_id, draft.written_at = author.id, at
    draft.decided_at, draft.decided_by_id, draft.refusal = None, None, ""
    db.session.add(draft)
    db.session.flush()
    audit.record(author, word, f"warning_drafts:{draft.id}", headline=draft.texts["id"]["headline"])
    settle(draft, author, at)
    _tell(draft, author)


def approve(draft: WarningDraft, seen: datetime, approver: User, at: datetime, publisher: Publisher) -> HazardWarning:
    """Publish a draft as it was at `seen` (its `written_at`).

    An all-clear ends the review of what was published at once. Raises OwnDraft, Expired, Ended, NoPlace, TooMany;
    NotWaiting if it was decided or changed since.
    """
    if draft.author_id == approver.id and not reviews.calls_off(draft, approver):
        raise OwnDraft
    if draft.decided_at is None and draft.expires <= at:
        raise Expired
    if draft.decided_at is None and draft.message_type == "Alert":
        _slow_down(draft.author_id, at)
    decide(draft, seen, approver, at)
    warning = make_public(draft, at, publisher)
    subject, name = f"warning_drafts:{draft.id}", warning.identifier
    audit.record(approver, "warning_published", subject, identifier=name, author=draft.author.name)
    settle(draft, approver, at)
    reviews.end_by(draft, approver, at)
    return warning


def make_public(draft: WarningDraft, at: datetime, publisher: Publisher) -> HazardWarning:
    """Publish a decided draft, and end the warning that it takes the place of. Raises Ended and NoPlace."""
    warning = publish(draft, publisher, at)
    if draft.about_id and not _end(draft.about_id, warning, at):
        raise Ended
    draft.warning_id = warning.id
    db.session.flush()
    return warning


def refuse(draft: WarningDraft, seen: datetime, reason: str, user: User, at: datetime) -> None:
    """Refuse a draft, or withdraw an own one, with the reason. Raises NotAllowed and NotWaiting."""
    if draft.author_id != user.id and not user.has(*APPROVERS):
        raise NotAllowed
    decide(draft, seen, user, at, refusal=reason)
    own = draft.author_id == user.id
    audit.record(user, "warning_withdrawn" if own else "warning_refused", f"warning_drafts:{draft.id}", reason=reason)
    settle(draft, user, at)


def _slow_down(author_id: int, at: datetime) -> None:
    """Raise TooMany if residents would be told too often by one author."""
    counted = WarningDraft.message_type == "Alert", WarningDraft.at_once_reason == ""
    query = select(WarningDraft.decided_at).where(WarningDraft.author_id == author_id, *counted)
    recent = query.where(WarningDraft.warning_id.is_not(None), WarningDraft.decided_at > at - SPAN)
    latest = db.session.scalars(recent.order_by(WarningDraft.decided_at.desc()).limit(MOST)).all()
    if len(latest) == MOST and latest[-1]:
        raise TooMany(latest[-1] + SPAN)


def decide(draft: WarningDraft, seen: datetime, user: User, at: datetime, **values: Any) -> None:
    """Record a decision. Of two at once one wins. Raises NotWaiting for the other."""
    as_read = (WarningDraft.id == draft.id, WarningDraft.decided_at.is_(None), WarningDraft.written_at == seen)
    if not guarded_update(WarningDraft, *as_read, decided_at=at, decided_by_id=user.id, **values):
        raise NotWaiting
    db.session.refresh(draft)


def _end(warning_id: int, by: HazardWarning, at: datetime) -> bool:
    """End a warning by the message that takes its place. False if it holds no longer."""
    return guarded_update(
        HazardWarning, HazardWarning.id == warning_id, *reading.may_hold(at), ended_at=at, ended_by_id=by.id
    )  # fmt: skip


def _tell(draft: WarningDraft, author: User) -> None:
    """Tell all who may approve the draft: it rings if the danger is immediate."""
    rings = draft.urgency == "Immediate"
    key = f"warning_draft:{draft.id}:{draft.written_at.timestamp():.6f}"
    tell_approvers(draft, key, "warning_draft_urgent" if rings else "warning_draft", author)


def others(author_id: int) -> Sequence[int]:
    """The ids of the users who may approve what this author has written."""
    allowed = select(UserRole.user_id).where(UserRole.role.in_(APPROVERS)).distinct()
    return db.session.scalars(select(User.id).where(User.id.in_(allowed), User.active, User.id != author_id)).all()


def tell_approvers(draft: WarningDraft, key: str, kind: str, author: User) -> None:
    """Tell all approvers but the author of a draft."""
    for user_id in others(author.id):
        tell_of(draft, key, kind, user_id)


def tell_of(draft: WarningDraft, key: str, kind: str, user_id: int) -> None:
    """Tell a user of a draft."""
    notices.tell(f"{key}:{user_id}", kind, f"/warnings/drafts/{draft.id}", user_id=user_id)


def settle(draft: WarningDraft, user: User, at: datetime) -> None:
    """End the notices of what the draft was before."""
    notices.acknowledge_all(f"warning_draft:{draft.id}:", user, at)
