"""What became of forwarded hazards: every endpoint is asked about all open ones, many at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from meteor.notices import rules as notices
from meteor.open311 import endpoint_requests as requests
from meteor.open311.endpoint_answers import Record
from meteor.open311.endpoint_requests import Access
from meteor.open311.forwarding import note_endpoint
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.store import outbox
from meteor.store.database import db, only_reading
from meteor.warnings.fetching import problem_of

TOPIC = "open311.status"
EVERY = 600
"""Seconds between two questions about a forwarded hazard."""

AT_ONCE = 50
"""Hazards that one request asks about."""

MOST = 1000
"""Hazards that are asked about in one turn of an endpoint, those that were not asked about for longest first."""

ASKED_FOR = timedelta(days=180)
"""Time after its sending for which a hazard is asked about."""


class Asked(NamedTuple):
    """The forwarded hazards of one question, by the endpoint's ids for them, and the tokens still without an id."""

    access: Access
    ids: dict[str, int]
    tokens: dict[str, int]


def gather(at: datetime) -> None:
    """Put the questions of this turn into the outbox, each endpoint's into its own queue."""
    turn = int(at.timestamp()) // EVERY
    for endpoint_id in db.session.scalars(select(ForwardEndpoint.id).where(ForwardEndpoint.active)):
        open_ones = ForwardedReport.sent_at.is_not(None), ForwardedReport.closed_at.is_(None)
        query = select(ForwardedReport.id, ForwardedReport.service_request_id).where(
            ForwardedReport.endpoint_id == endpoint_id, *open_ones, ForwardedReport.sent_at > at - ASKED_FOR
        )
        rows = db.session.execute(query.order_by(ForwardedReport.checked_at.nulls_first()).limit(MOST)).all()
        named = [row.id for row in rows if row.service_request_id]
        asked = [named[begin : begin + AT_ONCE] for begin in range(0, len(named), AT_ONCE)]
        asked += [[row.id] for row in rows if not row.service_request_id]  # a token is asked for alone
        for number, ids in enumerate(asked):
            destination = f"open311:{endpoint_id}:"
            key = f"{destination}status:{turn}:{number}"
            outbox.put(key, TOPIC, destination=destination, endpoint_id=endpoint_id, ids=ids)


def check(payload: dict[str, Any], at: datetime) -> None:
    """Ask about some forwarded hazards and store what has changed. A problem is stored: the next turn asks again."""
    with only_reading():
        asked = _asked(payload["endpoint_id"], payload["ids"])
    if asked is None:
        return
    found: dict[int, Record] = {}
    problem = _tried(asked, found)
    if endpoint := db.session.get(ForwardEndpoint, payload["endpoint_id"]):
        note_endpoint(endpoint, problem)
    if not problem:
        _store((*asked.ids.values(), *asked.tokens.values()), found, at)


def _asked(endpoint_id: int, ids: Iterable[int]) -> Asked | None:
    endpoint = db.session.get(ForwardEndpoint, endpoint_id)
    if endpoint is None or not endpoint.active:
        return None
    rows = db.session.scalars(select(ForwardedReport).where(ForwardedReport.id.in_(ids))).all()
    named = {row.service_request_id: row.id for row in rows if row.service_request_id}
    tokens = {row.token: row.id for row in rows if not row.service_request_id and row.token}
    return Asked(requests.access_of(endpoint), named, tokens)


def _tried(asked: Asked, found: dict[int, Record]) -> str:
    """Ask, and add the records to `found` by the ids of our rows. Returns what went wrong, or ""."""

    def ask() -> None:
        if asked.ids:
            listed = ",".join(asked.ids)
            for each in requests.find(asked.access, "requests", ("service_request_id",), service_request_id=listed):
                if each["service_request_id"] in asked.ids:
                    found[asked.ids[each["service_request_id"]]] = each
        for token, row in asked.tokens.items():
            for each in requests.find(asked.access, f"tokens/{token}", ("token", "service_request_id")):
                found[row] = {"service_request_id": each.get("service_request_id", "")}

    try:
        return problem_of(ask)
    except Exception:
        return "failed"


def _store(ids: Iterable[int], found: dict[int, Record], at: datetime) -> None:
    for row in db.session.scalars(select(ForwardedReport).where(ForwardedReport.id.in_(list(ids)))):
        row.checked_at = at
        record = found.get(row.id)
        row.problem = "" if record is not None else "absent"
        if record is None:
            continue
        row.service_request_id = row.service_request_id or record.get("service_request_id", "")
        news = record.get("status") or row.status, record.get("status_notes", row.status_notes)
        if news != (row.status, row.status_notes):
            row.status, row.status_notes, row.changed_at = *news, at
        if row.is_done:
            _close(row, at)


def _close(row: ForwardedReport, at: datetime) -> None:
    row.closed_at = at
    number = row.report.number
    notices.tell(
        f"open311_closed:{row.id}", "open311_closed", f"/hazards/desk/{number}",
        role="hazard_officer", number=number, endpoint=row.endpoint.name,
    )  # fmt: skip
