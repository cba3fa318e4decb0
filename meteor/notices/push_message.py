"""The message to one device about one notice, and its way to the push service (RFC 8030)."""

import json
import threading
from types import SimpleNamespace
from typing import Any, NamedTuple

from flask_babel import force_locale

from meteor.notices import devices, labels, vapid
from meteor.store import outgoing
from meteor.store.contributions import contributed
from meteor.store.secrets import blind_index

HUSHED = contributed["hushed"]
"""Functions of other packages that say, of a user's id, whether the phone must make no sound now: it shows alone."""


class Message(NamedTuple):
    """A push message. A newer one of the same `topic` replaces it, on the way and on the screen."""

    sentence: str
    url: str
    topic: str
    quiet: bool = False


def message_for(device: devices.Addressed, notice: Any) -> Message | None:
    """Return the message in the user's language; None if it is known or not theirs.

    A trial has no notice.
    """
    with force_locale(device.language):
        if notice is None:
            return Message(labels.trial(), devices.PAGE, _topic("trial"))
        if notice.acknowledged_at or not (notice.user_id == device.user_id or notice.role in device.roles):
            return None
        quiet = notice.kind in labels.QUIET
        if "business" in device.roles and not quiet:
            return None  # an alarm is silent where it was raised
        sentence = labels.sentence(notice.kind, notice.detail)
        hushed = any(hushes(device.user_id) for hushes in HUSHED.values())
        return Message(sentence, notice.url, _topic(_about(device.user_id, notice)), quiet or hushed)


def _about(user_id: int, notice: Any) -> str:
    """Return the subject of a notice, by which a later one replaces it.

    It is an incident, or a thread of messages to this user.
    """
    thread = notice.detail.get("thread")
    return str(notice.detail.get("number") or (f"{thread}:{user_id}" if thread else notice.key))


def _topic(about: str) -> str:
    """Return a name that tells the push service nothing.

    At most 32 characters of base64url (RFC 8030, 5.4).
    """
    return blind_index(about, "notices.topic")[:32]


def post(keys: devices.Keys, message: Message, left: int) -> None:
    """Seal, sign and send a message that lives for `left` seconds. Raises what outgoing.post raises."""
    from pywebpush import webpush  # here, since only the scheduler sends: web servers need not hold it

    body = {"sentence": message.sentence, "url": message.url, "tag": message.topic, "quiet": message.quiet}
    webpush(
        {"endpoint": keys.endpoint, "keys": {"p256dh": keys.p256dh, "auth": keys.auth}}, json.dumps(body),
        vapid_private_key=vapid.signer(), vapid_claims={"sub": vapid.contact()},
        ttl=left, headers={"Urgency": "high", "Topic": message.topic}, requests_session=_session,
    )  # fmt: skip


class _Public(threading.local):
    """The session for pywebpush, by store.outgoing: public addresses only.

    Each thread of a push service's queue sends over one connection: a broadcast is thousands of messages.
    """

    def __init__(self) -> None:
        self.connection = outgoing.Connection()

    def post(self, endpoint: str, *, data: bytes, headers: Any, timeout: Any) -> Any:
        outgoing.post_again(self.connection, endpoint, data, headers)
        return SimpleNamespace(status_code=201, text="", headers={})


_session = _Public()
