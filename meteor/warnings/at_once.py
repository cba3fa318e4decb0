"""Warnings that are published at once because a life is at risk, and reviewed afterwards by a second person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices import rules as notices
from meteor.store import audit
from meteor.store.database import db, guarded_update
from meteor.warnings import drafts
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.publishing import Publisher

SEVERITIES, URGENCY = ("Severe", "Extreme"), "Immediate"
"""CAP's words of warnings that may go at once."""


class NotAuthor(Exception):
    """The user did not write the draft: as a second person they can approve it."""


class NotUrgent(Exception):
    """The danger is not severe, or not immediate: a second person approves the draft first."""


def may_go(draft: WarningDraft) -> bool:
    """Whether a draft may be published without approval."""
    return draft.message_type != "Cancel" and draft.severity in SEVERITIES and draft.urgency == URGENCY


def publish(
    draft: WarningDraft, seen: datetime, reason: str, author: User, at: datetime, publisher: Publisher
) -> HazardWarning:
    """Publish an own draft as it was at `seen`, and ring the approvers to review it.

    Raises NotAuthor, NotUrgent, and those of drafts.approve.
    """
    if draft.author_id != author.id:
        raise NotAuthor
    if not may_go(draft):
        raise NotUrgent
    if draft.decided_at is None and draft.expires <= at:
        raise drafts.Expired
    drafts.decide(draft, seen, author, at, at_once_reason=reason)
    warning = drafts.make_public(draft, at, publisher)
    subject = f"warning_drafts:{draft.id}"
    audit.record(author, "warning_published_at_once", subject, identifier=warning.identifier, reason=reason)
    drafts.settle(draft, author, at)
    drafts.tell_approvers(draft, f"warning_review:{draft.id}", "warning_review", author)
    return warning


def unreviewed() -> Sequence[WarningDraft]:
    """The drafts that were published at once and wait for review, the oldest first."""
    query = select(WarningDraft).where(WarningDraft.at_once_reason != "", WarningDraft.reviewed_at.is_(None))
    return db.session.scalars(query.order_by(WarningDraft.decided_at)).all()


def review(draft: WarningDraft, user: User, at: datetime, *, stands: bool) -> None:
    """Record that a second person has reviewed a draft; if it does not stand they call it off.

    Raises drafts.OwnDraft, and drafts.NotWaiting if it does not wait for review.
    """
    if draft.author_id == user.id:
        raise drafts.OwnDraft
    waits = WarningDraft.id == draft.id, WarningDraft.at_once_reason != "", WarningDraft.reviewed_at.is_(None)
    if not guarded_update(WarningDraft, *waits, reviewed_at=at, reviewed_by_id=user.id):
        raise drafts.NotWaiting
    db.session.refresh(draft)
    audit.record(user, "warning_confirmed" if stands else "warning_doubted", f"warning_drafts:{draft.id}")
    notices.acknowledge_all(f"warning_review:{draft.id}:", user, at)
