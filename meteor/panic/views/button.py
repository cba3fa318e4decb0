"""The button, the press and the drill; and what the phone keeps of the page."""

import gzip
from functools import partial
from uuid import uuid4

from flask import current_app, jsonify, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import ROLES
from meteor.alerts import labels as alert_labels
from meteor.alerts import limits, press_body, reading
from meteor.alerts import rules as alerts
from meteor.alerts.rules import Receipt
from meteor.panic import blueprint, labels, rules
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.group_commit import committed
from meteor.store.moments import now
from meteor.web import bodies
from meteor.web.access import before_work, open_to, open_to_everyone, wants_json
from meteor.web.assets import BUTTON_PAGE, LOOK
from meteor.web.origin import exempt, refuse_foreign
from meteor.web.pools import urgent

BUTTON_FILES = (
    *LOOK, "css/panic.css", "css/screens.css", "css/dark-screen.css",
    "js/menu.js", BUTTON_PAGE, "icon.svg", "manifest.webmanifest",
)  # fmt: skip
"""Files of the button's page, cached by its service worker."""

SILENT_FILES = (
    "css/silent.css", "js/hold.js", "js/request.js", "js/delivery.js", "js/unsent.js", "js/silent.js",
    "note.svg", "note.webmanifest",
)  # fmt: skip
"""Further files of the silent button's page, cached after its first visit."""

BUTTONS = ("/", "/sas")
"""The pages that open without a network: the citizen's button and the silent one."""

ADDRESS = "/alerts"

PRESSED_HERE = "#pressed"
"""Tells the alert's page that it is on the phone that pressed: only that one follows with its position."""


@blueprint.get("/")
@open_to_everyone
@urgent
def button() -> str | Response:
    if not current_user.is_authenticated:
        return render_template("panic/welcome.html")
    page = render_template(
        "panic/button.html",
        id=uuid4(),
        kinds=alert_labels.KINDS,
        household=rules.home_of(current_user),
        open_alert=rules.open_alert_of(current_user),
        new_here=rules.is_new(current_user),
        labels=labels,
    )
    return _compressed(page)


@blueprint.post(ADDRESS)
@open_to(*ROLES)
@before_work
@urgent
def press() -> Response:
    """Store a press. It is never refused for its form, only if it comes from another site's page."""
    refuse_foreign()
    fields = press_body.fields_of(bodies.beginning(), request.content_type or "")
    incoming = reading.incoming_alert(fields, current_user.id)
    return _answer(committed(partial(alerts.receive, incoming, now()), current_app.app_context))


@blueprint.post("/drills")
@open_to(*ROLES)
def drill() -> Response:
    """Try the button: an address of its own, so that no slip of a field makes a drill of an alert."""
    quotas.spend(f"user:{current_user.id}", limits.DRILLS, now())
    receipt = alerts.receive(reading.incoming_alert(request.form, current_user.id, drill=True), now())
    db.session.commit()
    return _answer(receipt)


@blueprint.get("/service-worker.js")
@open_to_everyone
def service_worker() -> Response:
    """Serve the service worker at the root, since it rules no address above its own."""
    script = render_template("panic/service-worker.js", names=BUTTON_FILES, later=SILENT_FILES, pages=BUTTONS)
    answer = _compressed(script)
    answer.headers.update({"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache"})
    return answer


exempt(blueprint, press)


def _compressed(page: str) -> Response:
    """The page or script, compressed if the browser takes that: the service worker loads the page again.

    It repeats nothing of the request, so its length tells nothing about its token (BREACH).
    """
    answer = make_response(page)
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.best_match(["gzip"]):
        answer.set_data(gzip.compress(page.encode(), compresslevel=6, mtime=0))
        answer.content_encoding = "gzip"
    return answer


def words_of(receipt: Receipt) -> dict[str, str]:
    """What a press is answered with."""
    return {
        "id": str(receipt.id), "number": receipt.number, "status": receipt.status, "url": f"{ADDRESS}/{receipt.id}",
    }  # fmt: skip


def _answer(receipt: Receipt) -> Response:
    told = words_of(receipt)
    if not wants_json():
        return redirect(f"{told['url']}{PRESSED_HERE}", 303)
    answer = jsonify(told)
    answer.status_code = 201 if receipt.first else 200
    return answer
