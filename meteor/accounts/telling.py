"""Telling users of changes of their accounts. Notices are a higher layer: they take what the outbox holds for them."""

from typing import Any
from uuid import uuid4

from meteor.store import outbox

NOTICE = "account_notice"
"""The outbox's topic: a notice to raise (`notice`: the arguments of notices.rules.tell), or keys to `settle`."""

PHONE_CHANGED = "account_phone_changed"
"""The outbox's topic of a user (`user_id`) who has another phone number now."""


def tell(key: str, kind: str, url: str, *, role: str | None = None, user_id: int | None = None, **detail: Any) -> None:
    """Raise a notice for a role or a user once this transaction is committed; see meteor.notices.rules.tell."""
    notice = {"key": key, "kind": kind, "url": url, "role": role, "user_id": user_id, **detail}
    outbox.put(f"tell:{key}", NOTICE, notice=notice)


def acknowledge_all(beginning: str) -> None:
    """End the notices whose keys begin so: there is nothing left to answer."""
    outbox.put(f"acknowledge:{beginning}:{uuid4()}", NOTICE, acknowledge=beginning)


def phone_changed(user_id: int) -> None:
    """Let the register follow."""
    outbox.put(f"phone:{user_id}:{uuid4()}", PHONE_CHANGED, user_id=user_id)
