"""Rules of 112 calls: announcement, manual entry, call-back and end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from meteor.accounts import phones
from meteor.accounts.models import User
from meteor.calls import caller_flags
from meteor.calls.holding import change, hold, refusal
from meteor.calls.models import SKEW, Call
from meteor.clients.models import ApiClient
from meteor.notices import rules as notices
from meteor.store.database import db, execute, insert_once
from meteor.store.moments import WIB
from meteor.territory import aml

EVENTS = ("answered", "ended", "abandoned")

REPEATED = timedelta(days=1)
"""Shortest time in which an announcement with a known reference repeats the first."""

WIDEST = 100_000.0
"""Highest stored radius of a position in metres."""


@dataclass(frozen=True)
class Announcement:
    """A call that rings, as the exchange tells it. Degrees WGS-84, `radius` in metres, `confidence` in percent."""

    reference: str
    caller: str
    received_at: datetime
    queue: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius: float | None = None
    confidence: float | None = None
    aml: str = ""


def announce(announcement: Announcement, client: ApiClient, at: datetime) -> Call:
    """A call rings at an exchange; the same reference again is the same call. One of a blocked number rings nowhere.

    An exchange whose references begin anew some day must lose no call: one that is past has its reference no more.

    A `received_at` that is ahead of our clock counts as now. How long a call waits is not left to the exchange's clock
    (see Call.waits_since); the administrators are told of one that is wrong, once a day.
    """
    phone = phone_of(announcement.caller)
    blocked = phone is not None and caller_flags.blocked(phone, at) is not None
    values = {name: getattr(announcement, name) for name in announcement.__dataclass_fields__} | _fix(announcement)
    values["received_at"] = min(announcement.received_at, at)
    _check_clock(announcement, client, at)
    named = Call.client_id == client.id, Call.reference == announcement.reference
    db.session.execute(update(Call).where(*named, is_past(at)).values(reference=None))
    execute(
        insert_once(Call),
        id=uuid4(), client_id=client.id, announced_at=at, phone=phone, status="blocked" if blocked else "ringing",
        ended_at=at if blocked else None, **values,
    )  # fmt: skip
    return db.session.scalars(select(Call).where(*named)).one()


def is_past(at: datetime) -> ColumnElement[bool]:
    """Ended calls announced more than REPEATED ago: an exchange may use their references again."""
    return Call.status.not_in(("ringing", "taken")) & (Call.announced_at <= at - REPEATED)


def by_hand(caller: str, at: datetime, user: User) -> Call:
    """A call that no exchange announced: `user` has picked it up and writes it down."""
    call = Call(
        caller=caller[:40], phone=phone_of(caller), received_at=at, status="taken", taken_by_id=user.id, taken_at=at,
        answered_at=at,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    return call


def find(call_id: UUID) -> Call | None:
    """The call with this id. Call-takers may see every call."""
    return db.session.get(Call, call_id)


def exchange_event(call: Call, event: str, at: datetime, extension: str = "") -> None:
    """Apply an event of the exchange, one of EVENTS. A repeated or late one changes nothing. Raises ValueError.

    A call that ends before anybody answered was abandoned, and nobody has it any more.
    """
    if event not in EVENTS:
        raise ValueError(event)
    live = Call.status.in_(("ringing", "taken"))
    if event == "answered":
        change(call, live, answered_at=func.coalesce(Call.answered_at, at), extension=extension)
        return
    lost = Call.answered_at.is_(None)
    change(
        call, live, status=case((lost, "abandoned"), else_="ended"), ended_at=at, offered_to_id=None,
        taken_by_id=case((lost, None), else_=Call.taken_by_id),
    )  # fmt: skip


def hang_up(call: Call, at: datetime, user: User) -> None:
    """The call-taker has put the receiver down. Raises CallTaken."""
    hold(call, at, user)
    change(call, Call.status == "taken", status="ended", ended_at=at, offered_to_id=None)


def call_back(call: Call, at: datetime, user: User) -> None:
    """Call back a missed caller. The first call-taker has the call. Raises CallTaken."""
    values = {"called_back_at": at, "called_back_by_id": user.id, "taken_by_id": user.id, "taken_at": at}
    if not change(call, missed(), status="taken", **values) and call.called_back_by_id != user.id:
        raise refusal(call)


def missed() -> ColumnElement[bool]:
    """Calls to call back: abandoned, or answered by a telephone without an entry."""
    return and_(unclassified(), Call.taken_by_id.is_(None), Call.called_back_at.is_(None))


def unclassified() -> ColumnElement[bool]:
    """Calls that are over, and nobody has said what they were."""
    return and_(or_(Call.status == "abandoned", Call.status == "ended"), Call.classified_as.is_(None))


def _check_clock(announcement: Announcement, client: ApiClient, at: datetime) -> None:
    off = abs(at - announcement.received_at)
    if off > SKEW:
        notices.tell(
            f"exchange_clock:{client.id}:{at.astimezone(WIB).date().isoformat()}", "exchange_clock",
            f"/admin/clients/{client.id}", role="admin", client=client.name, seconds=round(off.total_seconds()),
        )  # fmt: skip


def _fix(announcement: Announcement) -> dict[str, float]:
    """The position of an AML message, if the announcement has no other. An unreadable message is stored."""
    if announcement.latitude is not None or not announcement.aml:
        return {}
    try:
        fix = aml.parse(announcement.aml)
    except aml.NotAml:
        return {}
    return {
        "latitude": fix.latitude, "longitude": fix.longitude, "radius": min(fix.radius, WIDEST),
        "confidence": fix.confidence,
    }  # fmt: skip


def phone_of(text: str) -> str | None:
    """A number as the exchange or a person gave it, in E.164 where it is one."""
    try:
        return phones.e164(text)
    except phones.NotAPhoneNumber:
        return None
