"""Stores and processes panels' messages, and builds their answers for after the commit."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, or_, select
from sqlalchemy.orm import joinedload, lazyload

from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.sas import admission, alarms, refusals, repetitions, supervision, testing
from meteor.sas.admission import Message, Replayed, UnknownAccount
from meteor.sas.codes import Event
from meteor.sas.dc09 import cipher, reading, replies
from meteor.sas.dc09.messages import Content, Header, Unreadable
from meteor.sas.models import Panel, PanelEvent, SeenCiphertext
from meteor.sas.refusals import REFUSED
from meteor.store import boot
from meteor.store.database import db, execute, insert_once
from meteor.store.moments import AHEAD, WIB, now

REPEATED = timedelta(minutes=5)
"""A panel that hears no answer says the same again under the same number, some of them with a new time.

Not longer: one that was switched off and on begins to count anew, and its next alarm has the number of its first. A
repetition taken for an alarm is one line more, an alarm taken for a repetition is lost.
"""

SURELY_REPEATED = timedelta(hours=24)
"""… and with the same time, for so long. Then it may be a panel whose clock stands, and whose numbers came round."""

KEPT = timedelta(minutes=5)
"""Additional lifetime of a fingerprint, for a clock that goes back a little."""

_WORDS = PanelEvent.code, PanelEvent.restore, PanelEvent.area, PanelEvent.zone

_is_over = PanelEvent.incident_id.is_not(None) & (Incident.status == "closed")
_lately = case(  # by the machine's uptime; what is from before its start by the wall clock
    (PanelEvent.boot_id == bindparam("boot"), PanelEvent.uptime > bindparam("uptime")),
    else_=PanelEvent.received_at.between(bindparam("since"), bindparam("until")),
)
_same_time = (PanelEvent.told_at == bindparam("told_at")) & (PanelEvent.received_at >= bindparam("surely"))
_SAID = (
    select(*_WORDS, PanelEvent.test)
    .outerjoin(PanelEvent.incident)
    .where(
        PanelEvent.panel_id == bindparam("panel"),
        PanelEvent.digest == bindparam("digest"),
        or_(_lately & ~_is_over, _same_time),
    )
)

_PANEL = select(Panel).options(lazyload("*"), joinedload(Panel.premises).lazyload("*"))
"""A panel and its premises without all that stands around them: a poll needs none of it."""


@dataclass(frozen=True)
class Answer:
    """The reply, to be sent after the commit; and a key of REFUSED if the message was not taken."""

    reply: bytes
    refused: type[Exception] | None = None


def store_message(message: Message, *, act: bool = True, more: Callable[[], bool] = lambda: True) -> Answer | None:
    """Store a panel's message once, and process it. Without `act` the dispatchers are asked to look.

    None if `more` said, between two events, that this transaction has lasted long enough: commit it and call again.
    """
    header, at = message.header, message.at
    panel = _panel(header.account)
    try:
        if panel is None:
            raise UnknownAccount
        content = admission.read(message, panel)
        if content.told_at and header.encrypted:
            _remember(panel, header, content.told_at)
        supervision.note(panel, at)
        if not _take_events(panel, message, content, act, more):
            return None
    except tuple(REFUSED) as why:
        refusals.tell(type(why), header.account, panel.premises.name if panel else None, at)
        return refusal(type(why), message)
    return Answer(replies.ack(header, at, bytes.fromhex(panel.key) if panel.key else None))


def take_for_trial(data: str, with_key: bool) -> None:
    """Take the events in `data` as if a panel said them now: one with or without a key, else any.

    The caller rolls all of it back.
    """
    at, has_key = now(), Panel.key_sealed.is_not(None)
    account = db.session.scalar(select(Panel.account).where(Panel.active).order_by(has_key != with_key).limit(1))
    panel = _panel(account or "")
    if panel:
        header = Header("SIA-DCS", False, "0000", "", "L0", panel.account, "")
        supervision.note(panel, at)
        _take_events(panel, Message(header, "tcp", at), Content(f"#{panel.account}|{data}"), True, lambda: True)


def refusal(why: type[Exception], message: Message) -> Answer:
    """The answer to a refused message."""
    unread = issubclass(why, Unreadable)
    return Answer(replies.duh(message.header) if unread else replies.nak(message.at), why)


def forget(at: datetime) -> None:
    """Delete the fingerprints of encrypted messages whose time is too old by now."""
    db.session.execute(delete(SeenCiphertext).where(SeenCiphertext.until < at - KEPT))


def _panel(account: str) -> Panel | None:
    return db.session.scalar(_PANEL.where(Panel.account == account, Panel.active))


def _remember(panel: Panel, header: Header, told_at: datetime) -> None:
    """Raises Replayed if this encrypted message was taken before under another header."""
    print_, under = cipher.fingerprint(header.rest), " ".join((header.token, header.sequence, header.receiver))
    seen = insert_once(SeenCiphertext, SeenCiphertext.header)
    until = told_at - cipher.OLDEST
    if execute(seen, panel_id=panel.id, fingerprint=print_, header=under, until=until).first():
        return
    before = select(SeenCiphertext.header).where(
        SeenCiphertext.panel_id == panel.id, SeenCiphertext.fingerprint == print_
    )
    if db.session.scalar(before) != under:
        raise Replayed


def _take_events(panel: Panel, message: Message, content: Content, act: bool, more: Callable[[], bool]) -> bool:
    """Store and process new events. False if `more` has stopped it before the last."""
    said = "".join([content.data, *(f"[{field}]" for field in content.extended)])
    digest, found = _digest(message.header, said), reading.events(message.header, content)
    if found.left_out:
        _tell_left_out(panel, message, found)
    before = _said_before(panel, digest, content.told_at, message.at)
    new = [event for event in found.taken if not _is_repeated(event, before, panel, message.at)]
    stored = 0
    for event in new:
        if stored and not more():
            return False
        row = _row(event, panel, message, content, said, digest)
        if act and row.unconfirmed and repetitions.counted(row, panel, message.at):
            continue
        stored += 1
        db.session.add(row)
        db.session.flush()
        _see_to(row, message.at, act)
    return True


def _row(event: Event, panel: Panel, message: Message, content: Content, said: str, digest: str) -> PanelEvent:
    told_at = content.told_at
    return PanelEvent(
        panel_id=panel.id, received_at=message.at, digest=digest, transport=message.transport,
        token=message.header.token, sequence=message.header.sequence, code=event.code, restore=event.restore,
        area=event.area, zone=event.zone, meaning=event.meaning, told_at=told_at,
        said="".join(it if it.isprintable() else "\ufffd" for it in said),  # PostgreSQL stores no zero byte
        skew=(told_at - message.at).total_seconds() if told_at else None,
        unconfirmed=not admission.is_confirmed(message, panel),
    )  # fmt: skip


def _digest(header: Header, said: str) -> str:
    names = (header.token, header.sequence, header.receiver, header.line, said)
    return hashlib.sha256("\0".join(names).encode()).hexdigest()


def _said_before(panel: Panel, digest: str, told_at: datetime | None, at: datetime) -> Mapping[Any, Sequence[bool]]:
    """The events of the same message that are stored: for each, by its words, whether it was only a test.

    The same message is the same number and words, lately or with the same time. An event that is over counts only with
    the same time.
    """
    rows = execute(
        _SAID, panel=panel.id, digest=digest, told_at=told_at, surely=at - SURELY_REPEATED, boot=boot.boot_id(),
        uptime=boot.uptime() - REPEATED.total_seconds(), since=at - REPEATED, until=at + AHEAD,
    )  # fmt: skip
    found = defaultdict[Any, list[bool]](list)
    for row in rows:
        found[tuple(row)[:-1]].append(row.test)
    return found


def _is_repeated(event: Event, before: Mapping[Any, Sequence[bool]], panel: Panel, at: datetime) -> bool:
    """Return whether the panel repeats itself; a test repeats only while it runs."""
    tests = before.get((event.code, event.restore, event.area, event.zone), ())
    if tests and all(tests):
        return testing.in_test(panel.premises_id, testing.zone_of(panel, event.zone), at) is not None
    return bool(tests)


def _see_to(event: PanelEvent, at: datetime, act: bool) -> None:
    if act:
        alarms.process_event(event, at)
        return
    notices.tell(
        f"panel_unhandled:{event.id}", "panel_unhandled", "/sas/monitor", role="dispatcher",
        premises=event.panel.premises.name,
    )  # fmt: skip


def _tell_left_out(panel: Panel, message: Message, found: reading.Events) -> None:
    """Tell the dispatchers once an hour for each panel."""
    hour = f"{message.at.astimezone(WIB):%Y-%m-%dT%H}"
    notices.tell(
        f"panel_too_many:{panel.account}:{hour}", "panel_too_many", "/sas/monitor", role="dispatcher",
        account=panel.account, premises=panel.premises.name, taken=len(found.taken), left_out=found.left_out,
    )  # fmt: skip
