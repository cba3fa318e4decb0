"""Problems of a feed, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS = {
    "failed": _l("A message could not be stored. METEOR's log says why."),
    "large": _l("An answer is larger than 1 MB."),
    "private": _l("The address leads into a private network."),
    "refused": _l("The server answers with an error (%(detail)s)."),
    "slow": _l("The server does not answer in time."),
    "unproved": _l("The server's certificate is not valid."),
    "unreachable": _l("The server cannot be reached."),
    "unreadable": _l("A message cannot be read: %(detail)s."),
}
"""Sentences by the first word of `WarningFeed.problem`; the others are the detail."""


def in_words(problem: str) -> Any:
    """A stored problem as a sentence; "" without one."""
    word, _, detail = problem.partition(" ")
    return WORDS[word] % {"detail": detail} if word in WORDS else problem
