"""Messages that are not taken: why, and what the dispatchers are told of it."""

from datetime import datetime

from meteor.notices import rules as notices
from meteor.sas.admission import KeyLocked, NotEncrypted, Replayed, UnknownAccount
from meteor.sas.dc09.cipher import Stale, WrongKey
from meteor.sas.dc09.messages import Unreadable
from meteor.sas.dc09.reading import Altered
from meteor.store.moments import WIB

REFUSED: dict[type[Exception], str] = {
    UnknownAccount: "panel_unknown",
    KeyLocked: "panel_locked",
    NotEncrypted: "panel_plain",
    WrongKey: "panel_key",
    Stale: "panel_clock",
    Altered: "panel_altered",
    Replayed: "panel_replayed",
    Unreadable: "panel_unread",
}
"""Notices to the dispatchers by the reason for which a message is not taken."""

UNKNOWN_A_DAY = 32
"""Notices of unknown accounts a day, at most: invented accounts must not fill the dispatchers' screens."""


def key_of(why: type[Exception], account: str, *, known: bool, at: datetime) -> str:
    """The key of the notice: one a day for each panel and reason, and UNKNOWN_A_DAY for all unknown accounts."""
    which = account if known else str(int(account, 16) % UNKNOWN_A_DAY)
    return f"{REFUSED[why]}:{which}:{at.astimezone(WIB).date().isoformat()}"


def tell(why: type[Exception], account: str, premises: str | None, at: datetime) -> None:
    """Tell the dispatchers; `premises` is the name of the panel's premises, None if the account is unknown."""
    notices.tell(
        key_of(why, account, known=premises is not None, at=at), REFUSED[why], "/sas/monitor", role="dispatcher",
        account=account, premises=premises or "",
    )  # fmt: skip
