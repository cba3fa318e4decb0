"""The status of forwarded hazards: every endpoint is asked about all open ones, many at once."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import select

from meteor.notices import rules as notices
from meteor.open311 import endpoint_requests as requests
from meteor.open311.endpoint_answers import Record
from meteor.open311.endpoint_requests import Access
from meteor.open311.forwarding import note_endpoint
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.open311.forwarding_queue import destination_of
from meteor.store import outbox
from meteor.store.database import db, only_reading
from meteor.store.models import OutboxItem
from meteor.store.outgoing import Refused
from meteor.warnings.fetching import problem_of
from meteor.warnings.messages import NotUnderstood

TOPIC = "open311.status"
EVERY = 600
"""Seconds between two questions about a forwarded hazard."""

AT_ONCE = 50
"""Hazards that one request asks about."""

MOST, MOST_TOKENS = 1000, 50
"""Hazards that are asked about in one turn of an endpoint. A token is asked for alone."""

SECONDS_FOR_EACH = 8.0
"""Seconds in which those that a list left out are asked for one by one. With the list it fits into an item's lease."""

NUMBER = ("service_request_id",)

ASKED_FOR = timedelta(days=180)
"""Time after its sending for which a hazard is asked about."""


class Asked(NamedTuple):
    """The forwarded hazards of one question, by the endpoint's ids for them, and the tokens still without an id."""

    access: Access
    ids: dict[str, int]
    tokens: dict[str, int]


def gather(at: datetime) -> bool:
    """Put the questions of this turn into the outbox, one endpoint's at a time. True if there may be more."""
    turn = int(at.timestamp()) // EVERY
    for endpoint_id in db.session.scalars(select(ForwardEndpoint.id).where(ForwardEndpoint.active)):
        destination = destination_of(endpoint_id)
        beginning = f"{destination}status:{turn}:"
        if db.session.scalar(select(OutboxItem.id).where(OutboxItem.key == f"{beginning}0")):
            continue
        asked = _questions(endpoint_id, at)
        for number, ids in enumerate(asked):
            key = f"{beginning}{number}"
            outbox.put(key, TOPIC, destination=destination, urgency=outbox.QUIET, endpoint_id=endpoint_id, ids=ids)
        if asked:
            return True
    return False


def check(payload: dict[str, Any], at: datetime) -> None:
    """Ask about some forwarded hazards and store what has changed. A problem is stored: the next turn asks again."""
    with only_reading():
        asked = _asked(payload["endpoint_id"], payload["ids"])
    if asked is None:
        return
    found: dict[int, Record | None] = {}
    problem = _tried(asked, found)
    if endpoint := db.session.get(ForwardEndpoint, payload["endpoint_id"]):
        note_endpoint(endpoint, problem)
    _store(found, at)


def _questions(endpoint_id: int, at: datetime) -> list[list[int]]:
    """The ids of our rows that each question is about, those that were not asked about for longest first."""
    has_number = ForwardedReport.service_request_id != ""
    query = (
        select(ForwardedReport.id)
        .where(
            ForwardedReport.endpoint_id == endpoint_id,
            ForwardedReport.sent_at.is_not(None),
            ForwardedReport.closed_at.is_(None),
            ForwardedReport.sent_at > at - ASKED_FOR,
        )
        .order_by(ForwardedReport.checked_at.nulls_first())
    )
    numbered = db.session.scalars(query.where(has_number).limit(MOST)).all()
    with_tokens = db.session.scalars(query.where(~has_number).limit(MOST_TOKENS)).all()
    questions = [list(numbered[begin : begin + AT_ONCE]) for begin in range(0, len(numbered), AT_ONCE)]
    return questions + [[row] for row in with_tokens]


def _asked(endpoint_id: int, ids: Iterable[int]) -> Asked | None:
    endpoint = db.session.get(ForwardEndpoint, endpoint_id)
    if endpoint is None or not endpoint.active:
        return None
    mine = select(ForwardedReport).where(ForwardedReport.id.in_(ids), ForwardedReport.closed_at.is_(None))
    rows = db.session.scalars(mine.order_by(ForwardedReport.checked_at.nulls_first())).all()
    numbered = {row.service_request_id: row.id for row in rows if row.service_request_id}
    tokens = {row.token: row.id for row in rows if not row.service_request_id and row.token}
    return Asked(requests.access_of(endpoint), numbered, tokens)


def _tried(asked: Asked, found: dict[int, Record | None]) -> str:
    """Ask, and add to `found` the record of each of our rows, None if there is none. Returns what went wrong, or ""."""

    def ask() -> None:
        if asked.ids:
            _ask_for_list(asked, found)
            _ask_for_each(asked, found)
        for token, row in asked.tokens.items():
            named = _known(asked.access, "tokens", ("token", "service_request_id"), one=token)
            found[row] = {"service_request_id": named[0].get("service_request_id", "")} if named else None

    try:
        return problem_of(ask)
    except Exception:
        return "failed"


def _ask_for_list(asked: Asked, found: dict[int, Record | None]) -> None:
    for each in _known(asked.access, "requests", NUMBER, service_request_id=",".join(asked.ids)):
        if each["service_request_id"] in asked.ids:
            found[asked.ids[each["service_request_id"]]] = each


def _ask_for_each(asked: Asked, found: dict[int, Record | None]) -> None:
    """Ask for what the list left out, which may be short. An error leaves that hazard as it is."""
    until = monotonic() + SECONDS_FOR_EACH
    for number, row in asked.ids.items():
        if row not in found and monotonic() < until:
            with suppress(Refused, NotUnderstood):
                named = _known(asked.access, "requests", NUMBER, one=number)
                found[row] = next((each for each in named if each["service_request_id"] == number), None)


def _known(access: Access, path: str, wanted: Collection[str], **query: str) -> list[Record]:
    """Find the records; none if the endpoint answers that there is no such thing."""
    try:
        return requests.find(access, path, wanted, **query)
    except Refused as problem:
        if problem.status not in (404, 410):
            raise
        return []


def _store(found: Mapping[int, Record | None], at: datetime) -> None:
    """Store what was found. A report that was closed meanwhile stays as it is."""
    mine = select(ForwardedReport).where(ForwardedReport.id.in_(list(found)), ForwardedReport.closed_at.is_(None))
    for row in db.session.scalars(mine):
        row.checked_at = at
        record = found[row.id]
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
