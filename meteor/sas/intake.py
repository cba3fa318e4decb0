"""What a panel said, stored and seen to; and what it is answered, once that is committed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, lazyload

from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.sas import alarms, supervision, testing
from meteor.sas.codes import Event
from meteor.sas.dc09 import cipher, messages, reading, replies
from meteor.sas.dc09.cipher import Stale, WrongKey
from meteor.sas.dc09.messages import Content, Header, Unreadable
from meteor.sas.models import Panel, PanelEvent
from meteor.store.database import db
from meteor.store.moments import WIB

REPEATED = timedelta(minutes=5)
"""A panel that hears no answer says the same again under the same number, some of them with a new time.

Not longer: one that was switched off and on begins to count anew, and its next alarm has the number of its first. A
repetition taken for an alarm is one line more, an alarm taken for a repetition is lost.
"""

SURELY_REPEATED = timedelta(hours=24)
"""… and with the same time, for so long. Then it may be a panel whose clock stands, and whose numbers came round."""


class UnknownAccount(Exception):
    """No panel that is switched on has this account."""


class NotEncrypted(Exception):
    """In plain text, from a panel that has a key."""


REFUSED = {
    UnknownAccount: "panel_unknown",
    NotEncrypted: "panel_plain",
    WrongKey: "panel_key",
    Stale: "panel_clock",
    Unreadable: "panel_unread",
}
"""Why a message is not taken, with the notice that the dispatchers get."""


UNKNOWN_A_DAY = 32
"""Whoever invents accounts must not fill the dispatchers' screens with them."""


_PANEL = select(Panel).options(lazyload("*"), joinedload(Panel.premises).lazyload("*"))
"""A panel and its premises without all that stands around them: a poll needs none of it."""


@dataclass(frozen=True)
class Message:
    """A frame that arrived whole, over a transport of TRANSPORTS, at the moment `at`."""

    header: Header
    transport: str
    at: datetime

    @property
    def is_poll(self) -> bool:
        """Whether it only says that the panel is there, if it is what it seems."""
        return self.header.token in reading.POLLS


@dataclass(frozen=True)
class Answer:
    """The reply, to be sent after the commit; and a key of REFUSED if the message was not taken."""

    reply: bytes
    refused: type[Exception] | None = None


def take(message: Message, *, act: bool = True) -> Answer:
    """Store what a panel said, once, and see to it. Without `act` the dispatchers are asked to see to it themselves."""
    header, at = message.header, message.at
    panel = db.session.scalar(_PANEL.where(Panel.account == header.account, Panel.active))
    try:
        if panel is None:
            raise UnknownAccount
        key = _key(panel, header)
        content = cipher.decrypted(header.rest, key, at) if key else messages.content(header.rest)
        supervision.note(panel, at)
        for event in _new(panel, message, content):
            _see_to(event, at, act)
    except tuple(REFUSED) as why:
        _tell(type(why), header.account, panel, at)
        reply = replies.duh(header) if isinstance(why, Unreadable) else replies.nak(at)
        return Answer(reply, type(why))
    return Answer(replies.ack(header, at, key))


def _key(panel: Panel, header: Header) -> bytes | None:
    """The key that this message is encrypted with, if it is as it should be. Raises WrongKey, NotEncrypted."""
    if header.encrypted and not panel.key:
        raise WrongKey
    if panel.key and not header.encrypted:
        raise NotEncrypted
    return bytes.fromhex(panel.key) if panel.key else None


def _new(panel: Panel, message: Message, content: Content) -> list[PanelEvent]:
    """What it says and has not said before, as rows that are stored."""
    said = "".join([content.data, *(f"[{field}]" for field in content.extended)])
    digest = _digest(message.header, said)
    rows = [
        _row(event, panel, message, content, said, digest)
        for event in reading.events(message.header, content)
        if not _said_before(event, panel, digest, content.told_at, message.at)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _row(event: Event, panel: Panel, message: Message, content: Content, said: str, digest: str) -> PanelEvent:
    told_at = content.told_at
    return PanelEvent(
        panel_id=panel.id, received_at=message.at, digest=digest, transport=message.transport,
        token=message.header.token, sequence=message.header.sequence, code=event.code, restore=event.restore,
        area=event.area, zone=event.zone, meaning=event.meaning, told_at=told_at,
        said="".join(it if it.isprintable() else "\ufffd" for it in said),  # PostgreSQL stores no zero byte
        skew=(told_at - message.at).total_seconds() if told_at else None,
    )  # fmt: skip


def _digest(header: Header, said: str) -> str:
    names = (header.token, header.sequence, header.receiver, header.line, said)
    return hashlib.sha256("\0".join(names).encode()).hexdigest()


def _said_before(event: Event, panel: Panel, digest: str, told_at: datetime | None, at: datetime) -> bool:
    """Whether the panel repeats itself: the same number and words, lately or with the same time.

    What was only a test is not what is said now in earnest, nor is what is over, unless it tells the very same time.
    """
    is_over = PanelEvent.incident_id.is_not(None) & (Incident.status == "closed")
    lately = (PanelEvent.received_at >= at - REPEATED) & ~is_over
    same_time = (PanelEvent.told_at == told_at) & (PanelEvent.received_at >= at - SURELY_REPEATED)
    query = select(PanelEvent.test).outerjoin(PanelEvent.incident).where(
        PanelEvent.panel_id == panel.id, PanelEvent.digest == digest,
        PanelEvent.code == event.code, PanelEvent.zone == event.zone, or_(lately, same_time) if told_at else lately,
    )  # fmt: skip
    tests = db.session.scalars(query).all()
    if tests and all(tests):
        return testing.in_test(panel.premises_id, testing.zone_of(panel, event.zone), at) is not None
    return bool(tests)


def _see_to(event: PanelEvent, at: datetime, act: bool) -> None:
    if act:
        alarms.take(event, at)
        return
    notices.tell(
        f"panel_unhandled:{event.id}", "panel_unhandled", "/sas/monitor", role="dispatcher",
        premises=event.panel.premises.name,
    )  # fmt: skip


def _tell(why: type[Exception], account: str, panel: Panel | None, at: datetime) -> None:
    """Tell the dispatchers, once a day for each panel and reason; of accounts that nobody knows, of so many at most."""
    kind, day = REFUSED[why], at.astimezone(WIB).date().isoformat()
    which = account if panel else str(int(account, 16) % UNKNOWN_A_DAY)
    notices.tell(
        f"{kind}:{which}:{day}", kind, "/sas/monitor", role="dispatcher",
        account=account, premises=panel.premises.name if panel else "",
    )  # fmt: skip
