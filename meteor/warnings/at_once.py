"""Warnings that are published at once because a life is at risk, and reviewed afterwards by a second person."""

from datetime import datetime

from meteor.accounts.models import User
from meteor.store import audit
from meteor.warnings import drafts, reviews
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.publishing import Publisher

SEVERITIES, URGENCY = ("Severe", "Extreme"), "Immediate"
"""CAP's words of warnings that may go at once."""


class NotAuthor(Exception):
    """The user did not write the draft: as a second person they can approve it."""


class NotUrgent(Exception):
    """The danger is not severe, or not immediate: a second person approves the draft first."""


def may_go(draft: WarningDraft) -> bool:
    """Return whether a draft may be published without approval."""
    return draft.message_type != "Cancel" and draft.severity in SEVERITIES and draft.urgency == URGENCY


def publish(
    draft: WarningDraft, seen: datetime, reason: str, author: User, at: datetime, publisher: Publisher
) -> HazardWarning:
    """Publish an own draft as it was at `seen`, and ring the approvers to review it.

    The person who has refused an earlier text of it is rung too, and told so.

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
    key = f"warning_review:{draft.id}"
    if draft.refused_by and draft.refused_by.active and draft.refused_by_id != author.id:
        drafts.tell_of(draft, key, "warning_refused_published", draft.refused_by.id)
    drafts.tell_approvers(draft, key, "warning_review", author)  # each key is told once
    return warning


def review(draft: WarningDraft, user: User, at: datetime) -> None:
    """Record that a second person confirms a warning. One that they doubt they call off by its all-clear.

    Raises drafts.OwnDraft, and drafts.NotWaiting if it does not wait for review.
    """
    if draft.author_id == user.id:
        raise drafts.OwnDraft
    if not reviews.note([draft.id], user, at):
        raise drafts.NotWaiting
    audit.record(user, "warning_confirmed", f"warning_drafts:{draft.id}")
