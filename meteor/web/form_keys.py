"""Forms that are sent again because their answer was lost: done once, and led to where the first answer led."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from flask import Flask, flash, request
from flask_babel import gettext as _
from flask_login import current_user

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
            if not request.form.get(FIELD):
                return view(**given)
            earlier = _claim(page(**given))
            if earlier is None:
                return view(**given)
            db.session.rollback()
            flash(_("This had arrived the first time already. Nothing was done twice."))
            return done(earlier.location or page(**given))

        return take  # type: ignore[return-value]

    return decorate


def _claim(page: str) -> Answer | None:
    """The answer to the same form before; None for a new one, whose answer is kept with what the view commits."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in _BESIDE]
    sent = answers.fingerprint(request.path, typed)
    owner = f"user:{current_user.id}"
    earlier = answers.claim(owner, sent, sent, now())
    if earlier is None:
        answers.keep(owner, sent, Answer(303, None, page))
    return earlier
