"""Sending of hazards to endpoints, each once.

GeoReport v2 has no idempotency: an attempt that ended without a known answer is looked for by its marker before it is
sent again. An endpoint that does not list it then gets it twice, both times with the same marker, and never more often.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from meteor.hazards.clusters import parts
from meteor.open311 import endpoint_requests as requests
from meteor.open311.endpoint_answers import Record
from meteor.open311.endpoint_requests import Access
from meteor.open311.forwarding_content import content, idempotency_key, marker
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.store.database import db, only_reading
from meteor.store.moments import WIB, now
from meteor.store.outgoing import Refused
from meteor.warnings.fetching import problem_of

AROUND = timedelta(hours=1)
"""Time before and after an attempt in which it is looked for among an endpoint's requests: its clock may be wrong."""


class Ready(NamedTuple):
    """A report that can be sent. `begun_at` and `repeated_at` are those of ForwardedReport."""

    access: Access
    fields: dict[str, str]
    idempotency_key: str
    marker: str
    begun_at: datetime | None
    repeated_at: datetime | None


class NotNow(Exception):
    """Raised for a report that is not sent now and may have arrived before: the outbox comes back to it."""


class Unsure(Exception):
    """A report was sent twice without a known answer. Only a person can find out whether it has arrived."""


def send(payload: dict[str, Any], at: datetime) -> None:
    """Send one hazard. One that is not verified any more, or whose endpoint is off, is not sent, but forgotten.

    Raises what went wrong, after it is stored with the endpoint: the outbox tries again. Raises NotNow for a report
    that is not sent, but may have arrived.
    """
    forwarded_id = payload["forwarded_id"]
    with only_reading():
        ready = _ready(forwarded_id)
    if not isinstance(ready, Ready):
        _leave(forwarded_id, ready)
        return
    try:
        answer = _sent_before(ready)
        if answer is None:
            answer = _sent_now(forwarded_id, ready, at)
    except Exception as problem:
        note(forwarded_id, _described(problem))
        db.session.commit()
        raise
    _keep(forwarded_id, answer)


def note(forwarded_id: int, problem: str) -> None:
    """Store with a report and its endpoint what went wrong, or with "" that nothing did."""
    _store(forwarded_id, problem=problem)
    if forwarded := db.session.get(ForwardedReport, forwarded_id):
        note_endpoint(forwarded.endpoint, problem)


def note_endpoint(endpoint: ForwardEndpoint, problem: str) -> None:
    """Store with an endpoint what went wrong now, or with "" that nothing did."""
    endpoint.problem = problem
    if problem:
        endpoint.failed_at = now()
    else:
        endpoint.succeeded_at = now()


def _ready(forwarded_id: int) -> Ready | str:
    """The request that is to be sent, or the problem that it is not ("" if it was sent, or its endpoint removed)."""
    forwarded = db.session.get(ForwardedReport, forwarded_id)
    if forwarded is None or forwarded.sent_at:
        return ""
    report, endpoint = forwarded.report, forwarded.endpoint
    if not endpoint.active or not endpoint.mapping.get(report.kind):
        return "off"
    if report.status != "verified" or report.same_as_id is not None:
        return "over"
    fields = content(report, parts(report), endpoint)
    access = requests.access_of(endpoint)
    begun = forwarded.begun_at, forwarded.repeated_at
    return Ready(access, fields, idempotency_key(report, endpoint), marker(report), *begun)


def _leave(forwarded_id: int, problem: str) -> None:
    """Forget a report that was not sent, so that it can be gathered again; keep one that may have arrived."""
    forwarded = db.session.get(ForwardedReport, forwarded_id, populate_existing=True)
    if forwarded is None or forwarded.sent_at:
        return
    if forwarded.begun_at is None:
        db.session.delete(forwarded)
        return
    forwarded.problem = problem
    db.session.commit()
    raise NotNow(problem)


def _sent_before(ready: Ready) -> Record | None:
    """The endpoint's own record of an attempt without a known answer; None if there is none, or it lists none."""
    try:
        for begun_at in filter(None, (ready.begun_at, ready.repeated_at)):
            around = {
                "start_date": _as_text(begun_at - AROUND),
                "end_date": _as_text(begun_at + AROUND),
                "service_code": ready.fields["service_code"],
            }
            for each in requests.find(ready.access, "requests", ("service_request_id",), **around):
                if ready.marker in each.get("description", ""):
                    return each
    except Refused as problem:
        if not requests.cannot_search(problem):
            raise
    return None


def _as_text(at: datetime) -> str:
    """Return local time with offset, right also for servers that ignore the offset."""
    return at.astimezone(WIB).isoformat(timespec="seconds")


def _sent_now(forwarded_id: int, ready: Ready, at: datetime) -> Record:
    """The answer to an attempt, which is stored before it begins. Raises Unsure for a third one."""
    if ready.repeated_at:
        raise Unsure
    attempt = "repeated_at" if ready.begun_at else "begun_at"
    _store(forwarded_id, **{attempt: at})
    db.session.commit()
    try:
        return requests.create(ready.access, ready.fields, ready.idempotency_key)
    except Exception as problem:
        if requests.has_not_arrived(problem):
            _store(forwarded_id, **{attempt: None})
        raise


def _keep(forwarded_id: int, answer: Record) -> None:
    """Store the answer. Without a number or token the endpoint cannot be asked about the report."""
    named = {name: answer.get(name, "") for name in ("service_request_id", "token")}
    if any(named.values()):
        _store(forwarded_id, sent_at=now(), status=answer.get("status") or "open", **named)
    else:
        _store(forwarded_id, sent_at=now(), closed_at=now())
    note(forwarded_id, "")


def _store(forwarded_id: int, **values: Any) -> None:
    """Set columns of a row that may have been removed with its endpoint meanwhile."""
    if forwarded := db.session.get(ForwardedReport, forwarded_id, populate_existing=True):
        for name, value in values.items():
            setattr(forwarded, name, value)


def _described(problem: Exception) -> str:
    def again() -> None:
        raise problem

    try:
        return problem_of(again)
    except Unsure:
        return "unsure"
    except Exception:
        return "failed"
