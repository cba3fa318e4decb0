"""Answers to actions that conflict with the present state (409)."""

from flask import Response, abort, flash, redirect
from htmx_flask import request
from werkzeug.wrappers import Response as AnyResponse

from meteor.store.database import db
from meteor.web.access import wants_json


def conflict(words: str, back: str) -> AnyResponse | Response:
    """Undo what was begun and say why, on the page `back` as it is now; to htmx and machines it is a 409 with words."""
    db.session.rollback()
    if wants_json() or request.htmx:
        abort(409, words)
    flash(words, "error")
    return redirect(back, 303)
