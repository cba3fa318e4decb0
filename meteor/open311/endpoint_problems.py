"""Problems of an endpoint, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

WORDS = {
    "absent": _l("The service does not know the report any more."),
    "failed": _l("The request or its answer could not be processed. METEOR's log says why."),
    "large": _l("An answer is larger than 1 MB."),
    "moved": _l("It was sent to the service's former address, which is not asked any more."),
    "off": _l("Not sent again: the endpoint is switched off, or has no service for this kind."),
    "over": _l("Not sent again: the hazard is not verified any more."),
    "private": _l("The address leads into a private network."),
    "refused": _l("The server answers with an error (%(detail)s)."),
    "slow": _l("The server does not answer in time."),
    "unsure": _l("It may have arrived. Ask the service before you send it again."),
    "unproved": _l("The server's certificate is not valid."),
    "unreachable": _l("The server cannot be reached."),
    "unreadable": _l("The answer is not GeoReport v2: %(detail)s."),
}
"""Sentences by the first word of a stored `problem`; the others are the detail."""

KEY_REFUSED = _l("The server refuses the API key.")
NOT_THERE = _l("There is no Open311 service at this address (404).")

KEY, ADDRESS = "api_key", "url"


def in_words(problem: str) -> Any:
    """A stored problem as a sentence; "" without one."""
    if problem in ("refused 401", "refused 403"):
        return KEY_REFUSED
    if problem == "refused 404":
        return NOT_THERE
    word, _, detail = problem.partition(" ")
    return WORDS[word] % {"detail": detail} if word in WORDS else problem


def field_of(problem: str) -> str:
    """The field of the form that a problem with the list of services is about."""
    return KEY if problem in ("refused 401", "refused 403") else ADDRESS
