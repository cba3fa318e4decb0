"""Error answers: a page, a line for htmx, or problem details for API clients."""

from time import monotonic

from flask import Flask, Response, current_app, g, make_response, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from htmx_flask import request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    SecurityError,
    ServiceUnavailable,
)
from werkzeug.wrappers import Response as AnyResponse

from meteor.store import disk
from meteor.store.database import db, is_away, let_go, roll_back
from meteor.store.moments import WIB, now
from meteor.store.quotas import LimitReached
from meteor.web import problems
from meteor.web.access import SignedOut, by_machine, wants_json
from meteor.web.bodies import SHORTER
from meteor.web.language import wished
from meteor.web.problems import Problem

WORDS = {
    400: (_l("This request was not understood"), _l("Something in it is missing or wrong. Go back and try again.")),
    401: (_l("Please sign in first"), _l("This is only for those who are signed in.")),
    403: (
        _l("This page is not for your role"),
        _l("Your account may not open this page. If your work needs it, ask the city's administrator."),
    ),
    404: (
        _l("This page was not found"),
        _l("The address may be mistyped, or what it showed is not there for you any more."),
    ),
    405: (_l("This address cannot be used that way"), _l("Go back and use the page's own buttons.")),
    409: (_l("Somebody else was faster"), _l("Go back and look at how it stands now.")),
    413: (_l("What was sent is too large"), SHORTER),
    503: (
        _l("METEOR cannot store anything at the moment"),
        _l("It has been reported. Try again in half a minute. In an emergency call 112."),
    ),
    429: (_l("Too many attempts"), _l("Wait a few minutes, then try again. In an emergency call 112.")),
    500: (
        _l("Something went wrong on our side"),
        _l("It has been recorded. Try again in a moment. In an emergency call 112."),
    ),
}
"""Title and advice for each status."""

IN_CALL_CENTRE = {
    429: _l("Wait a few minutes, then try again."),
    503: _l("It has been reported. Try again in half a minute."),
    500: _l("It has been recorded. Try again in a moment."),
}
"""Advice to the staff of the 112 room where others are told to call 112: they answer it."""

RETRY_SECONDS, AWAY_SECONDS = 30, 5
LOG_SECONDS = 60.0
"""Seconds between two log lines about a full disk or an absent database: a line for each request fills a disk."""

_logged: dict[str, float] = {}

UNSAID = (_l("This did not work"), _l("Go back and try again."))
NEVER_REPEATED = ("password", "pin", "repeated", "current", "pass_phrase", "key", "api_key")
NOT_WHILE_SIGNED_OUT = ("nik", "csv")
"""Fields with whole NIKs, which no error page shows again."""


def init_app(app: Flask) -> None:
    """Answer every refusal and every failure of `app` in words."""
    app.teardown_appcontext(lambda error: let_go())  # before Flask-SQLAlchemy's own
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(SignedOut, signed_out)
    app.register_error_handler(InternalServerError, failed)
    app.register_error_handler(LimitReached, used_up)
    app.register_error_handler(SQLAlchemyError, unstored)
    app.register_error_handler(OSError, unstored)


def refused(error: HTTPException) -> AnyResponse:
    """Say what was refused. A redirect or a response that a view made is left as it is."""
    if error.code is None or error.code < 400 or error.response is not None:
        return error.get_response()
    if by_machine():
        return _finished(problems.answer(error), error)
    title, advice = WORDS.get(error.code, UNSAID)
    if g.get("in_call_centre"):
        advice = IN_CALL_CENTRE.get(error.code, advice)
    own_words = (
        not isinstance(error, SecurityError)
        and (error.code != 429 or isinstance(error, Problem))
        and error.description != type(error).description
    )
    detail = error.description if own_words and error.description else str(advice)
    body = _short(error.code, str(title), detail) or make_response(
        render_template("errors/refused.html", code=error.code, title=title, detail=detail)
    )
    return _finished(body, error)


def stale(error: CSRFError) -> AnyResponse:
    """Answer a form with an outdated token. Its values can be sent again if it came from a page of METEOR."""
    detail = str(_l("The page was open for too long or you signed in again meanwhile. Nothing was done yet."))
    title = str(_l("Please send this once more"))
    body = _short(400, title, detail) or make_response(
        render_template("errors/stale.html", title=title, detail=detail, again=what_may_be_sent_again())
    )
    return _finished(body, error)


def signed_out(error: SignedOut) -> AnyResponse:
    """Say that nothing was saved, and hold what was typed until its writer has signed in, in another tab."""
    try:
        again = what_may_be_sent_again(NEVER_REPEATED + NOT_WHILE_SIGNED_OUT)
    except RequestEntityTooLarge:
        again = None
    answer = _finished(make_response(render_template("errors/signed_out.html", again=again)), error)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def used_up(error: LimitReached) -> AnyResponse:
    """Answer a reached daily limit, with the time of its end."""
    db.session.rollback()
    words = _("Limit reached: at most %(most)d %(what)s in a day. It starts anew at midnight (WIB).",
              most=error.limit.most, what=error.limit.words)  # fmt: skip
    if not g.get("in_call_centre") and not by_machine():
        words += " " + _("In an emergency call 112.")
    return refused(Problem(429, words, headers={"Retry-After": str(_seconds_to_midnight())}))


def unstored(error: SQLAlchemyError | OSError) -> AnyResponse:
    """Say that the disk is full or the database away, and log that in one line a minute. Other errors stay failures."""
    if disk.is_full(error):
        what, seconds = "The disk is full", RETRY_SECONDS
    elif is_away(error):
        what, seconds = "The database is away", AWAY_SECONDS
    else:
        raise error
    if monotonic() - _logged.get(what, -LOG_SECONDS) >= LOG_SECONDS:
        _logged[what] = monotonic()
        current_app.logger.error("%s: %s. Requests are answered 503.", what, type(error).__name__)
    return failed(ServiceUnavailable(retry_after=seconds))


def failed(error: InternalServerError | ServiceUnavailable) -> AnyResponse:
    """Say sorry without asking the database for anything: it may be what failed."""
    roll_back()
    code = error.code
    with force_locale(wished()):
        if by_machine():
            return _finished(problems.answer(error), error)
        title, detail = map(str, WORDS[code])
        if g.get("in_call_centre"):
            detail = str(IN_CALL_CENTRE[code])
        # Not render_template: it would look the user up.
        page = current_app.jinja_env.get_template("errors/failed.html")
        body = _short(code, title, detail) or make_response(page.render(title=title, detail=detail))
    return _finished(body, error)


def _seconds_to_midnight() -> int:
    wib = now().astimezone(WIB)
    return ((24 - wib.hour) * 60 - wib.minute) * 60 - wib.second


def _short(code: int, title: str, detail: str) -> Response | None:
    """The answer to htmx or to a machine; None when a person looks."""
    if request.htmx:
        return Response(f"{title}. {detail}", mimetype="text/plain")
    if wants_json():
        return problems.details(code, title, detail)
    return None


def _finished(response: Response, error: HTTPException) -> Response:
    response.status_code = error.code or 500
    for name, value in error.get_headers():
        if name != "Content-Type":  # Allow, Retry-After
            response.headers[name] = value
    return response


def what_may_be_sent_again(never: tuple[str, ...] = NEVER_REPEATED) -> MultiDict[str, str] | None:
    """The form's values; None for a form of another site, with a secret, or with files."""
    from_our_page = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not from_our_page or request.files or any(name in request.form for name in never):
        return None
    typed = request.form.copy()
    typed.poplist("csrf_token")
    return typed
