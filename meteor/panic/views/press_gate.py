"""A gate in front of Flask for presses: those of the button's page are taken without a request to Flask."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.blueprints import BlueprintSetupState

from meteor.accounts import sessions
from meteor.accounts.roles import ROLES
from meteor.accounts.views import use
from meteor.alerts import press_body, reading
from meteor.alerts import rules as alerts
from meteor.alerts.rules import Receipt
from meteor.panic import blueprint
from meteor.panic.views.button import ADDRESS, words_of
from meteor.store.group_commit import committed_apart
from meteor.store.moments import now
from meteor.web import headers, logs
from meteor.web.bodies import LARGEST
from meteor.web.poll_gate import LONGEST, REMEMBERED
from meteor.web.session_cookie import SessionCookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

ENDPOINT = "panic.press"
_OF_OUR_PAGE = {
    "PATH_INFO": ADDRESS, "REQUEST_METHOD": "POST", "QUERY_STRING": "", "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_ACCEPT": "application/json",
}  # fmt: skip


class PressGate:
    """WSGI middleware that takes a press as the view `press` does, with the same words.

    It takes what the button's page sends: with the cookie of a live session, and with an id. Whatever else a press is,
    and whatever fails here, goes on to Flask: a press is stored once for its id, so it may be tried once more.
    """

    def __init__(self, app: Flask) -> None:
        self._flask, self._behind = app, app.wsgi_app
        self._key = lru_cache(REMEMBERED)(partial(SessionCookie().key, app))
        own = {"Content-Type": "application/json", "Vary": "Cookie"}
        self._headers = [*(headers.of_every_answer(app) | own).items()]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length, cookies = environ.get("CONTENT_LENGTH", ""), environ.get("HTTP_COOKIE", "")
        ours = all(environ.get(name, "") == value for name, value in _OF_OUR_PAGE.items())
        key = self._key(cookies) if ours and len(cookies) <= LONGEST else ""
        if not key or not length.isdecimal() or int(length) > LARGEST:
            return self._behind(environ, start_response)
        began, body = perf_counter(), environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = BytesIO(body)
        try:
            fields = press_body.fields_of(body, environ.get("CONTENT_TYPE", ""))
            taken = committed_apart(partial(self._take, key, fields, now()), self._flask.app_context)
        except Exception:
            log.exception("A press could not be taken in front of Flask")
            taken = None
        if taken is None:
            return self._behind(environ, start_response)
        use.note(self._flask, key)
        user_id, receipt = taken
        answer = json.dumps(words_of(receipt), separators=(",", ":")).encode() + b"\n"
        request_id = logs.request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        start, status = logs.RequestStart(ENDPOINT, "POST", ADDRESS, began), 201 if receipt.first else 200
        logs.record(self._flask, start, status, len(answer), request_id=request_id, user_id=user_id)
        own = ("Content-Length", str(len(answer))), (logs.ID_HEADER, request_id)
        start_response("201 CREATED" if receipt.first else "200 OK", [*self._headers, *own])
        return (answer,)

    def _take(self, key: str, fields: Mapping[str, Any], at: datetime) -> tuple[int, Receipt] | None:
        """Store a press of the session with this key; returns the user's id and what is stored.

        None for a press that is left to Flask. The session is looked for in the transaction that stores the press.
        """
        session = sessions.live_session(key)
        if session is None or session.roles.isdisjoint(ROLES):
            return None
        incoming = reading.incoming_alert(fields, session.user_id)
        return None if "no_id" in incoming.flags else (session.user_id, alerts.receive(incoming, at))


@blueprint.record
def _install(state: BlueprintSetupState) -> None:
    app: Flask = state.app  # type: ignore[assignment]
    app.wsgi_app = PressGate(app)  # type: ignore[method-assign]
