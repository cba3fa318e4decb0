"""Forms that are sent again because their answer was lost: done once, and led to where the first answer led.

A form needs this if a second time makes or tells something twice, or is refused as too late, and if nothing else tells
that it is the same: a UUID of its own, a version, a unique key, or a state that stays as it is when it is set again.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import uuid4

from flask import Flask, flash, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from meteor.store import answers
from meteor.store.answers import Answer
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import View
from meteor.web.conflicts import done

FIELD = "form_key"
"""The hidden field with the UUID of a form as it was shown (parts/actions.html)."""

_BESIDE = ("csrf_token", "version")
"""Fields that are no words of a form. The version of a draft goes on while it is typed."""


def init_app(app: Flask) -> None:
    """Give templates the UUID of a form."""
    app.add_template_global(lambda: str(uuid4()), FIELD)


def idempotent_form(page: Callable[..., str]) -> Callable[[View], View]:
    """Do once what a form asks for. Stands under the view's access; `page` gets the view's arguments.

    The view commits once, with the key. Whatever it undoes or refuses may be sent again under the same key; other
    words under the same key are another form: the browser's way back shows an old page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def take(**given: Any) -> Any:
            return sent_before(page(**given), f"user:{current_user.id}") or view(**given)

        cast(Any, take).idempotent = True
        return take  # type: ignore[return-value]

    return decorate


def sent_before(page: str, owner: str) -> AnyResponse | None:
    """The answer to a form that `owner` sent before; None for a new one, whose key is kept with the next commit.

    For views that draw pictures, which may hold no transaction: they ask after that. Others are an `idempotent_form`.
    """
    return _again(page, _claim(page, owner)) if request.form.get(FIELD) else None


def answered_before(page: str, owner: str) -> AnyResponse | None:
    """The same, without keeping the key of a new form.

    For views that refuse or count something before they can ask `sent_before`.
    """
    return _again(page, answers.find(owner, _fingerprint())) if request.form.get(FIELD) else None


def _again(page: str, earlier: Answer | None) -> AnyResponse | None:
    if earlier is None:
        return None
    db.session.rollback()
    flash(_("This had arrived the first time already. Nothing was done twice."))
    return done(earlier.location or page)


def _claim(page: str, owner: str) -> Answer | None:
    """The answer to the same form before; None for a new one, whose answer is kept with what the view commits."""
    sent = _fingerprint()
    earlier = answers.claim(owner, sent, sent, now())
    if earlier is None:
        answers.keep(owner, sent, Answer(303, None, page))
    return earlier


def _fingerprint() -> str:
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in _BESIDE]
    files = [(name, _content(file)) for name, file in request.files.items(multi=True)]
    return answers.fingerprint(request.path, typed, files)


def _content(file: FileStorage) -> str:
    """SHA-256 of a file, from its beginning: the view may have read it."""
    file.stream.seek(0)
    content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return content
