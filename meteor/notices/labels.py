"""Sentences of notices, by kind."""

from collections.abc import Collection
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meteor.notices.models import Notice
from meteor.store.contributions import contributed

SENTENCES = contributed["notices"]
"""Sentences of the kinds that sound (see notices.rules.tell). Each package contributes its own."""

QUIET = contributed["quiet_notices"]
"""Sentences of the kinds that never sound: what they ask for can wait, and some are read where an alarm is silent."""

HOME = contributed["home_notices"]
"""Kinds that a user is told as a resident: pushed, but on no screen where the user works and others read along."""

FIRST = contributed["first_notices"]
"""Kinds that stand before all others, a life being at stake: the lowest number first."""

PRIORITIES = contributed["notice_priorities"]
"""SQL of the priority of what a notice is about, for its number; NULL where the package knows no such number."""

SUBJECTS = contributed["notice_subjects"]
"""Functions that name what has these numbers, as it is now: number to name, without what is not to be named."""


def sentence(kind: str, detail: dict[str, Any]) -> str:
    """The sentence of a notice. An unknown kind has a general one. A value that is a dict has a text by language."""
    words = SENTENCES.get(kind) or QUIET.get(kind) or _l("Something needs your attention.")
    language = str(get_locale())
    said = {name: value[language] if isinstance(value, dict) else value for name, value in detail.items()}
    return str(words) % _Forgiving(said)


def sentences(notices: Collection[Notice]) -> dict[int, str]:
    """Sentences of notices, by their ids; all that they are about is read at once."""
    named = subjects({notice.number for notice in notices if notice.number})
    return {
        notice.id: sentence(notice.kind, {"incident": named.get(notice.number or "", "–")} | notice.detail)
        for notice in notices
    }  # fmt: skip


def trial() -> str:
    """The text of a trial push."""
    return _("This is a trial: push works on this device.")


def lost() -> str:
    """The text when a push service has ended a subscription."""
    return _("METEOR can no longer reach this device by push. Tap here and turn it on again.")


def subjects(numbers: Collection[str]) -> dict[str, str]:
    """Beginnings of sentences about what has these numbers, by number: the number alone where no more is told."""
    named: dict[str, str] = {}
    for names in SUBJECTS.values():
        named |= names(numbers)
    return {number: named.get(number) or _("Incident %(number)s", number=number) for number in numbers}


class _Forgiving(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        number = self.get("number") if key == "incident" else None
        return subjects([number])[number] if number else "–"
