"""The gateway that sends messages to phones (SMS or WhatsApp). Without one METEOR sends none."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, update

from meteor.config.gateway import PLACEHOLDER, Gateway
from meteor.store import outgoing
from meteor.store.database import db, insert_once
from meteor.store.models import Heartbeat

HEARTBEAT = "gateway"
COUNTRY_CODE = "+62"
ANSWER_BYTES = 4096
LONGEST_PROBLEM = 200

_configured: list[Gateway] = []


class NotTaken(Exception):
    """The gateway answered with success, but its answer says that it does not send the message."""


def configure(gateway: Gateway | None) -> None:
    """Set the process's gateway."""
    _configured[:] = [gateway] if gateway else []


def connected() -> Gateway | None:
    """Return the configured gateway, or None."""
    return _configured[0] if _configured else None


def post(number: str, text: str) -> None:
    """Give the gateway a message for a number (E.164). Raises NotTaken, and what outgoing.post raises."""
    gateway = _configured[0]
    values = {
        "number": number,
        "digits": number.removeprefix("+"),
        "local": "0" + number.removeprefix(COUNTRY_CODE) if number.startswith(COUNTRY_CODE) else number,
        "text": text,
        "token": gateway.token,
    }
    body = _filled(gateway.body, values)
    content = urlencode(body) if gateway.form else json.dumps(body)
    headers = {"Content-Type": "application/x-www-form-urlencoded" if gateway.form else "application/json"}
    headers |= _authorization(gateway)
    answer = outgoing.post(gateway.url, content.encode(), headers, inside=True, answer_bytes=ANSWER_BYTES)
    said = answer.decode(errors="replace")
    if _without_spaces(gateway.success) not in _without_spaces(said):
        raise NotTaken(_masked(said, gateway.token))


def worked(at: datetime) -> None:
    """Record that the gateway accepted a message."""
    _record(at, at=at, problem=None)


def failed(problem: Exception, at: datetime) -> None:
    """Record why the gateway refused a message or could not be reached."""
    _record(at, problem=f"{type(problem).__name__}: {problem}"[:LONGEST_PROBLEM])


def problem() -> str | None:
    """Return why the gateway did not take the newest message; None if it did, or there is no gateway."""
    return db.session.scalar(select(Heartbeat.problem).where(Heartbeat.job == HEARTBEAT)) if _configured else None


def _record(first: datetime, **values: Any) -> None:
    db.session.execute(insert_once(Heartbeat).values({"job": HEARTBEAT, "at": first, **values}))
    db.session.execute(update(Heartbeat).where(Heartbeat.job == HEARTBEAT).values(**values))


def _authorization(gateway: Gateway) -> dict[str, str]:
    match gateway.authorization:
        case "bearer":
            return {"Authorization": f"Bearer {gateway.token}"}
        case "basic":
            return {"Authorization": f"Basic {base64.b64encode(gateway.token.encode()).decode()}"}
        case "plain":
            return {"Authorization": gateway.token}
        case _:
            return {}


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    """Return the template with the values in it. What a value contains is not replaced again."""
    if isinstance(part, str):
        return PLACEHOLDER.sub(lambda name: values[name[1]], part)
    if isinstance(part, Mapping):
        return {name: _filled(value, values) for name, value in part.items()}
    return [_filled(value, values) for value in part] if isinstance(part, list) else part


def _masked(said: str, token: str) -> str:
    """Return the beginning of an answer for an operator, without codes, phone numbers and the token."""
    return re.sub(r"\d{4,}", "…", said.replace(token, "…"))[:LONGEST_PROBLEM]


def _without_spaces(text: str) -> str:
    return "".join(text.split())
