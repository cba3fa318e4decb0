"""Answers to actions: done, or in conflict with the present state (409)."""

from flask import Response, abort, flash, jsonify, redirect
from htmx_flask import request
from werkzeug.wrappers import Response as AnyResponse

from meteor.store.database import db
from meteor.web.access import wants_json


def done(page: str) -> AnyResponse:
    """Lead on to `page`; a script that sent the action without leaving its page is told the address."""
    return jsonify(url=page) if wants_json() else redirect(page, 303)


def conflict(words: str, back: str) -> AnyResponse | Response:
    """Undo what was begun and say why, on the page `back` as it is now; to htmx and machines it is a 409 with words."""
    db.session.rollback()
    if wants_json() or request.htmx:
        abort(409, words)
    flash(words, "error")
    return redirect(back, 303)
