"""The administrator's home page: METEOR's state, its jobs and undelivered items, and the way to all other pages."""

from typing import Any

from flask import Response, current_app, render_template
from sqlalchemy import and_, or_, select

from meteor.scheduler import blueprint, health, overview
from meteor.store import outbox
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.lists import listing
from meteor.web.polling import fragment


@blueprint.get("/admin")
@open_to("admin")
def home() -> str:
    return render_template("scheduler/admin/home.html", **_state())


@blueprint.get("/admin/state")
@open_to("admin")
def state() -> Response:
    shown = _state()
    return fragment(shown["version"], lambda: render_template("scheduler/admin/_state.html", **shown))


@blueprint.get("/admin/jobs")
@open_to("admin")
def jobs_list() -> str:
    at = now()
    return render_template("scheduler/admin/jobs.html", pulses=health.pulses(current_app.config["JOBS"], at), at=at)


@blueprint.get("/admin/undelivered")
@open_to("admin")
def undelivered() -> str:
    page = listing(
        select(OutboxItem).where(or_(OutboxItem.failed_at.is_not(None), and_(*outbox.WAITS))),
        sorts={"created": OutboxItem.created_at, "topic": OutboxItem.topic, "attempts": OutboxItem.attempts},
        search=(OutboxItem.topic, OutboxItem.destination),
    )  # fmt: skip
    return render_template("scheduler/admin/undelivered.html", page=page)


def _state() -> dict[str, Any]:
    """The state and its version, which changes with any of its words."""
    lines = overview.lines(current_app.config["JOBS"], now())
    return {"lines": lines, "version": version_of({"lines": lines})}
