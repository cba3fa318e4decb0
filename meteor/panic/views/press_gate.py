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
from meteor.web.origin import asks_for_us
from meteor.web.poll_gate import LONGEST, REMEMBERED
from meteor.web.session_cookie import SessionCookie
from meteor.web.storage_failures import UNSTORED, cannot_store

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

    It takes what the button's page sends: with the cookie of a live session, with an id, and for a host of ours.
    Whatever else a press is, and whatever fails here, goes on to Flask: a press is stored once for its id, so it may be
    tried once more. It is not where nothing can be stored: then Flask says so at once.
    The device cookie is not renewed here: the page that follows the press does that.
    """

    def __init__(self, app: Flask) -> None:
        self._flask, self._behind = app, app.wsgi_app
        self._key = lru_cache(REMEMBERED)(partial(SessionCookie().key, app))
        own = {"Content-Type": "application/json", "Vary": "Cookie"}
        self._headers = [*(headers.of_every_answer(app) | own).items()]
        self._logged: set[str] = set()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        key = self._key_of(environ)
        if not key:
            return self._behind(environ, start_response)
        began, body = perf_counter(), environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body)
        request_id = environ["HTTP_X_REQUEST_ID"] = logs.request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        try:
            fields = press_body.fields_of(body, environ.get("CONTENT_TYPE", ""))
            taken = committed_apart(partial(self._take, key, fields, now()), self._flask.app_context)
        except Exception as error:
            if cannot_store(error):
                environ[UNSTORED] = error
            else:
                self._log("A press could not be taken in front of Flask", request_id)
            taken = None
        if taken is None:
            return self._behind(environ, start_response)
        user_id, receipt = taken
        answer = json.dumps(words_of(receipt), separators=(",", ":")).encode() + b"\n"
        own = ("Content-Length", str(len(answer))), (logs.ID_HEADER, request_id)
        start_response("201 CREATED" if receipt.first else "200 OK", [*self._headers, *own])
        status = 201 if receipt.first else 200
        self._record(key, began, status, len(answer), request_id=request_id, user_id=user_id)
        return (answer,)

    def _key_of(self, environ: "WSGIEnvironment") -> str:
        """The key of the session whose page sends a press; empty for all that is left to Flask."""
        length, cookies = environ.get("CONTENT_LENGTH", ""), environ.get("HTTP_COOKIE", "")
        ours = all(environ.get(name, "") == value for name, value in _OF_OUR_PAGE.items())
        if not ours or len(cookies) > LONGEST or not length.isdecimal() or int(length) > LARGEST:
            return ""
        return self._key(cookies) if asks_for_us(self._flask, environ) else ""

    def _record(self, key: str, began: float, status: int, size: int, **whose: Any) -> None:
        """Note the use of the session, and write the request's line. The press is stored, whatever fails here."""
        try:
            use.note(self._flask, key)
            logs.record(self._flask, logs.RequestStart(ENDPOINT, "POST", ADDRESS, began), status, size, **whose)
            self._logged.clear()
        except Exception:
            self._log("A press was taken and could not be recorded", whose["request_id"])

    def _log(self, what: str, request_id: str) -> None:
        """Log an exception once, and again only after a press has gone well."""
        if what not in self._logged:
            log.exception(what, extra={"request_id": request_id})
        self._logged.add(what)

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
