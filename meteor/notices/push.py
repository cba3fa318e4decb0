"""Push to users without an open page (Web Push, RFC 8030).

Each device of a notice's audience is sent one message, until the push service has taken it or it is too old to help.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, select, update

from meteor.notices import devices, push_message, rules, sender_process
from meteor.notices.models import Notice, PushSubscription
from meteor.store import outbox, outgoing
from meteor.store.contributions import contributed
from meteor.store.database import db, execute, execute_all, insert_once, only_reading
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from meteor.store.work import Note

DEVICE = "push_device"
"""The outbox's topic of what one device is sent; rules.PUSH is that of what a notice's whole audience is."""

LIFE = timedelta(minutes=3)
"""An alarm that is older is not pushed any more, nor kept for a phone that sleeps: it would call people too late."""

LIVES = contributed["push_lives"]
"""The same of other kinds of notices, such as those that thousands are told at once, and that hold for hours."""

GONE = (404, 410)
"""Status codes of an ended subscription (RFC 8030, 7.3)."""


class Outcome(NamedTuple):
    """A message was to go to a device of this push service, `at` the moment. A trial has no notice."""

    device_id: int
    service: str
    notice_id: int | None
    at: datetime


def spread(payload: dict[str, Any], at: datetime) -> None:
    """Put one item into the outbox for each device of a notice's audience; report a notice that is too old.

    One that is deleted already goes to nobody.
    """
    notice = execute(_NOTICE, notice=payload["notice_id"]).first()
    if notice is None:
        return
    audience = devices.audience(notice.role, notice.user_id, notice.detail.get("sessions", ()))
    execute(_SPREAD, notice=notice.id, number=len(audience))
    if notice.acknowledged_at:
        return
    if at - notice.created_at >= LIVES.get(notice.kind, LIFE):
        _note_late([Outcome(device_id, service, notice.id, at) for device_id, service in audience])
    else:
        queue([(notice.id, *device) for device in audience], notice.kind, notice.detail, notice.created_at)


def queue(
    addressed: Sequence[tuple[int, int, str]], kind: str, detail: Mapping[str, Any], created_at: datetime
) -> None:
    """Put one item into the outbox for each notice and device: ids of both, and the push service.

    The notices are of one kind and moment, and `detail` says when all of them expire.
    """
    until, urgency = _until(kind, detail, created_at), rules.urgency(kind, detail)
    items = [
        {"key": f"push:{notice_id}:{device_id}", "topic": DEVICE, "destination": service, "urgency": urgency,
         "payload": {"device_id": device_id, "notice_id": notice_id, "until": until}}
        for notice_id, device_id, service in addressed
    ]  # fmt: skip
    if items:
        db.session.execute(insert_once(OutboxItem), items)


def _until(kind: str, detail: Mapping[str, Any], created_at: datetime) -> str:
    """The moment until which a notice is pushed: its life long, but not when what it says has expired."""
    until = created_at + LIVES.get(kind, LIFE)
    if expires := detail.get("expires"):
        until = min(until, datetime.fromisoformat(expires))
    return str(until.isoformat())


def try_out(device: PushSubscription, at: datetime) -> None:
    """Put a test message for one device into the outbox."""
    until = (at + LIFE).isoformat()
    outbox.put(
        f"push:trial:{uuid4()}", DEVICE, destination=device.service, device_id=device.id, notice_id=None, until=until
    )


def send(payload: dict[str, Any], at: datetime) -> Note | None:
    """Send one device what it is still to be told. Returns what is to be noted of it.

    One that is too old is counted and reported to the administrators instead. Raises what outgoing.post raises.
    """
    device_id, notice_id = payload["device_id"], payload["notice_id"]
    with only_reading():
        notice = execute(_NOTICE, notice=notice_id).first() if notice_id is not None else None
        device = devices.addressed(device_id, notice.detail.get("sessions", ()) if notice else ())
        message = push_message.message_for(device, notice) if device and (notice or notice_id is None) else None
    if device is None or message is None:
        return None
    left = int((datetime.fromisoformat(payload["until"]) - now()).total_seconds())
    outcome = Outcome(device_id, device.service, notice_id, now())
    if left < 1:
        return Note(_note_late, outcome)
    try:
        sender_process.post(device.keys, message, left)
    except outgoing.Refused as refused:
        if refused.status not in GONE:
            raise
        return Note(_note_gone, outcome)
    return Note(_note_taken, outcome)


def _note_taken(outcomes: Sequence[Outcome]) -> None:
    devices.reached([(each.device_id, each.at) for each in outcomes])
    _count([each.notice_id for each in outcomes], pushed=1)


def _note_gone(outcomes: Sequence[Outcome]) -> None:
    for each in outcomes:
        devices.turn_off(each.device_id)
    _count([each.notice_id for each in outcomes], unpushed=1)


def _note_late(outcomes: Sequence[Outcome]) -> None:
    """Report once an hour for each push service: what reports must not become a flood of its own."""
    for each in outcomes:
        devices.missed(each.device_id)
        hour = each.at.strftime("%Y-%m-%dT%H")
        rules.tell(f"unpushed:{each.service}:{hour}", "unpushed", devices.PAGE, role="admin", service=each.service)
    _count([each.notice_id for each in outcomes], unpushed=1)


def _count(notice_ids: Sequence[int | None], *, pushed: int = 0, unpushed: int = 0) -> None:
    """Add to the numbers of the notices' devices; a trial has none."""
    more = {"more_pushed": pushed, "more_unpushed": unpushed}
    execute_all(_COUNT, [{"notice": each, **more} for each in notice_ids if each is not None])


_COUNT = (
    update(Notice)
    .where(Notice.id == bindparam("notice"))
    .values(
        pushed=Notice.pushed + bindparam("more_pushed"),
        unpushed=Notice.unpushed + bindparam("more_unpushed"),
    )
)
_SPREAD = update(Notice).where(Notice.id == bindparam("notice")).values(devices=bindparam("number"))
_NOTICE = select(
    Notice.id, Notice.key, Notice.kind, Notice.role, Notice.user_id, Notice.detail, Notice.url, Notice.created_at,
    Notice.acknowledged_at,
).where(Notice.id == bindparam("notice"))  # fmt: skip
