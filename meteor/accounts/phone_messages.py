"""Messages to phones: what they say, and their way from the outbox to the gateway."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from meteor.accounts import gateway, phone_codes, telling
from meteor.accounts.credentials import PhoneCode
from meteor.store.database import db, only_reading
from meteor.store.moments import WIB, now

DESTINATION = phone_codes.TOPIC
"""The outbox's queue of the gateway."""


def send(payload: dict[str, Any], at: datetime) -> None:
    """Give the gateway a message, unless its code has expired or was used meanwhile.

    The outbox tries again until then. Raises what deliver raises.
    """
    with only_reading():
        code = db.session.get(PhoneCode, UUID(payload["code"]))
        good = code is not None and code.expires_at > now() and gateway.connected() is not None
        number, text = (code.phone, _text(code)) if code and good else ("", "")
        db.session.expunge_all()
    if good:
        deliver(number, text)


def deliver(number: str, text: str) -> None:
    """Give the gateway a message for a number (E.164). Raises what gateway.post raises, after it is recorded."""
    try:
        gateway.post(number, text)
    except Exception as problem:
        gateway.failed(problem, now())
        hour = f"{now().astimezone(WIB):%Y-%m-%dT%H}"
        telling.tell(f"gateway-failed:{hour}", "gateway_failed", "/admin/audit", role="admin")
        db.session.commit()  # the outbox rolls back what a handler leaves that fails
        raise
    gateway.worked(now())
    if phone_codes.nearly_used_up(now()):
        day = f"{now().astimezone(WIB):%Y-%m-%d}"
        telling.tell(f"messages-used-up:{day}", "messages_used_up", "/admin/audit", role="admin")


def _text(code: PhoneCode) -> str:
    """The message in the user's language, at most 160 characters of an SMS where it can be."""
    with force_locale(code.user.language):
        said = {"digits": phone_codes.of(code)}
        match code.purpose:
            case "own" | "change":
                return _(
                    "METEOR Kota Probolinggo: %(digits)s is your code for this phone number, valid for 10 minutes. "
                    "Give it to nobody, not even to officials.",
                    **said,
                )
            case "recovery":
                return _(
                    "METEOR Kota Probolinggo: a new password was requested for your account. If it was you, the code "
                    "is %(digits)s. If not, give it to nobody and call the city.",
                    **said,
                )
            case _:
                return _(
                    "METEOR Kota Probolinggo: this phone number already has an account. Nothing was changed. Sign in "
                    "with its password. If you did not ask, ignore this message."
                )
