"""Reviews of warnings that were published at once: a second person confirms each, or publishes its all-clear."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.notices import rules as notices
from meteor.store.database import db
from meteor.warnings import reading
from meteor.warnings.models import WarningDraft

_WAITS = WarningDraft.at_once_reason != "", WarningDraft.reviewed_at.is_(None)


def unreviewed() -> Sequence[WarningDraft]:
    """The drafts that were published at once and wait for review, the oldest first."""
    return db.session.scalars(select(WarningDraft).where(*_WAITS).order_by(WarningDraft.decided_at)).all()


def calls_off(draft: WarningDraft, user: User) -> bool:
    """Return whether a draft is the all-clear of what another user published at once, for which two are enough."""
    original = select(WarningDraft.id).where(*_WAITS, WarningDraft.warning_id == draft.about_id)
    return draft.message_type == "Cancel" and db.session.scalar(
        original.where(WarningDraft.author_id != user.id)
    ) is not None  # fmt: skip


def note(draft_ids: Sequence[int], user: User, at: datetime) -> bool:
    """Note that a second person has reviewed those of these drafts that wait for it; whether there was one."""
    reviewed = update(WarningDraft).where(WarningDraft.id.in_(draft_ids), *_WAITS)
    reviewed = reviewed.values(reviewed_at=at, reviewed_by_id=user.id)
    ids = db.session.scalars(reviewed.returning(WarningDraft.id)).all()
    for draft_id in ids:
        notices.acknowledge_all(f"warning_review:{draft_id}:", user, at)
    return bool(ids)


def end_by(draft: WarningDraft, user: User, at: datetime) -> None:
    """End the reviews of all messages that an all-clear calls off, but for those of the user's own."""
    if draft.message_type == "Cancel" and draft.about:
        chain = [each.id for each in (*reading.earlier(draft.about), draft.about)]
        ids = select(WarningDraft.id).where(WarningDraft.warning_id.in_(chain), WarningDraft.author_id != user.id)
        note(db.session.scalars(ids).all(), user, at)
