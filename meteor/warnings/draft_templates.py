"""Templates of warnings: drafts with a name, whose texts and words of CAP a new warning may begin with."""

from collections.abc import Sequence

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.store import audit
from meteor.store.database import db
from meteor.warnings.models import WarningDraft


class NameTaken(Exception):
    """Another template has the name."""


def templates() -> Sequence[WarningDraft]:
    """All templates by their names."""
    return db.session.scalars(select(WarningDraft).where(_NAMED).order_by(WarningDraft.template)).all()


def find(draft_id: int) -> WarningDraft | None:
    """The template with this id."""
    return db.session.scalar(select(WarningDraft).where(WarningDraft.id == draft_id, _NAMED))


def name(draft: WarningDraft, words: str, user: User) -> None:
    """Make a draft a template of this name, or with "" no template any more. Raises NameTaken."""
    if words and any(each.template == words and each is not draft for each in templates()):
        raise NameTaken
    old, draft.template = draft.template, words
    subject = f"warning_drafts:{draft.id}"
    audit.record(user, "warning_template_named" if words else "warning_template_removed", subject, name=words or old)


_NAMED = WarningDraft.template != ""
