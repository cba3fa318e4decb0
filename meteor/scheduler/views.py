"""Views for operations: liveness, readiness and metrics."""

import hmac
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from flask import Response, abort, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from meteor.scheduler import blueprint, health, metrics
from meteor.store.database import db, reading
from meteor.store.moments import now
from meteor.web.access import open_to_everyone
from meteor.web.logs import MEASURE
from meteor.web.pools import urgent

LOOPBACK = ("127.0.0.1", "::1")
PROBE_SECONDS = 1.0

_probing = Lock()
_probed: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()


@blueprint.get("/healthz")
@open_to_everyone
@urgent
def healthz() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@open_to_everyone
@urgent
def readyz() -> tuple[Response, int]:
    """Readiness: one word for strangers, all checks for operations."""
    checks, pulses, oldest = [], [], None
    try:
        _probe_once_a_second()
        checks.append(health.Check("database"))
        checks.append(health.migrations())
        checks.append(health.kinds())
        pulses = health.pulses(current_app.config["JOBS"], now())
        checks.append(health.scheduler(pulses))
        checks.append(health.receiver(now()))
        oldest = health.outbox_age(now())
        checks.append(health.delivery(oldest))
        checks.append(health.disks())
        checks += health.messages()
    except SQLAlchemyError as problem:
        db.session.rollback()
        checks.append(health.Check("database", type(problem).__name__))
    ready = all(check.ok for check in checks if check.vital)
    if not _is_operations():
        return Response("ready" if ready else "not ready", mimetype="text/plain"), 200 if ready else 503
    said = {check.name: check.problem or "ok" for check in checks}
    return jsonify(ready=ready, checks=said, jobs=pulses, oldest_undelivered=oldest), 200 if ready else 503


@blueprint.get("/metrics")
@open_to_everyone
def figures() -> Response:
    if not _is_operations():
        abort(403)
    return Response(metrics.text(), mimetype="text/plain; version=0.0.4")


def _is_operations() -> bool:
    """Return whether METEOR_METRICS_TOKEN came, or the request is of this machine directly."""
    token = current_app.config["SETTINGS"].metrics_token
    given = request.authorization.token if request.authorization and request.authorization.type == "bearer" else None
    local = request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers
    return local or bool(token and given and hmac.compare_digest(token.encode(), given.encode()))


@blueprint.record
def _measure(state: BlueprintSetupState) -> None:
    state.app.extensions[MEASURE] = metrics.observe


def _probe_once_a_second() -> None:
    """Run the write probe in its own transaction, since a GET runs on a connection that cannot write."""
    with _probing:
        if monotonic() - _probed.get(db.engine, -PROBE_SECONDS) < PROBE_SECONDS:
            return
        was = reading.set(False)
        try:
            health.probe(now())
        finally:
            reading.reset(was)
        _probed[db.engine] = monotonic()
