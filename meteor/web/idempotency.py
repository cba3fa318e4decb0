"""A machine's request that is sent again: done once, answered the same."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel

from meteor.store import answers
from meteor.store.answers import Answer
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.problems import Problem

LONGEST_KEY = 255


def idempotent(owner: str, do: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Run `do` with `given`, or repeat the answer that `owner` got under the same key before.

    Commits, once: what is done together with its answer.
    """
    key = _key()
    if key is None:
        answer = do(**given)
        db.session.commit()
        return answer
    body = given["body"].model_dump(mode="json") if "body" in given else None
    try:
        earlier = answers.claim(owner, key, answers.fingerprint(request.method, request.path, body), now())
    except answers.OtherRequest:
        words = _("This Idempotency-Key came with another request before. Use a new key for a new request.")
        raise Problem(409, words) from None
    if earlier:
        db.session.rollback()
        return earlier
    answer = plain(do(**given))
    answers.keep(owner, key, answer)
    db.session.commit()
    return answer


def plain(answer: Any) -> Answer:
    """An answer as it can be kept: a shape alone is a 200."""
    status, body, location = answer if isinstance(answer, Answer) else Answer(200, answer)
    return Answer(status, body.model_dump(mode="json") if isinstance(body, BaseModel) else body, location)


def _key() -> str | None:
    """The request's own name; quoted (as the draft of the HTTP API working group has it) or not."""
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    key = text.strip().strip('"')
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        words = _("Idempotency-Key is 1 to %(number)d printable ASCII characters.", number=LONGEST_KEY)
        raise Problem(400, words)
    return key
