"""The HTTP gateway for messages to phones (SMS or WhatsApp): which one, and how it is asked to send."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from meteor.config.fields import WrongSetting

PREFIX = "METEOR_GATEWAY_"
NAMES = ("TOKEN", "AUTHORIZATION", "FORMAT", "BODY", "SUCCESS", "DAILY")
AUTHORIZATIONS = ("bearer", "basic", "plain", "body")
FORMATS = ("json", "form")
PLACEHOLDER = re.compile(r"{(\w*)}")
NUMBERS = frozenset({"number", "digits", "local"})
DAILY = 2000
MOST_DAILY = 1_000_000
EXAMPLE = '{"to": "{number}", "message": "{text}"}'


@dataclass(frozen=True)
class Gateway:
    """A gateway that takes a message by one POST over HTTPS.

    `authorization` says where `token` goes: into the header Authorization as bearer, basic ("user:password") or plain
    text, or into the body. `body` is a template: in its texts {number} is +62812…, {digits} 62812…, {local} 0812…,
    {text} the message and {token} the token; a form is sent instead of JSON if `form`. An answer that does not contain
    `success` is a refusal, whatever its status. At most `daily` messages are sent in a day.
    """

    url: str
    token: str = field(repr=False)
    authorization: str
    form: bool
    body: Mapping[str, Any]
    success: str
    daily: int

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Gateway | None":
        """Read the METEOR_GATEWAY_* settings; None without METEOR_GATEWAY_URL. Raises WrongSetting."""
        given = {name: env.get(PREFIX + name, "").strip() for name in NAMES}
        url = env.get(f"{PREFIX}URL", "").strip()
        if not url:
            if extra := next((name for name, text in given.items() if text), None):
                raise WrongSetting(f"{PREFIX}URL is missing, but {PREFIX}{extra} is given")
            return None
        authorization = _choice("AUTHORIZATION", given["AUTHORIZATION"] or "bearer", AUTHORIZATIONS)
        form = _choice("FORMAT", given["FORMAT"] or "json", FORMATS) == "form"
        return cls(
            url=_address(url),
            token=_token(given["TOKEN"], authorization),
            authorization=authorization,
            form=form,
            body=_body(given["BODY"], form=form, with_token=authorization == "body"),
            success=given["SUCCESS"],
            daily=_daily(given["DAILY"]),
        )


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not (good and url.isascii() and url.isprintable() and " " not in url):
        raise WrongSetting(f"{PREFIX}URL is {url!r}; give an address such as https://api.gateway.example/send")
    return url


def _choice(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise WrongSetting(f"{PREFIX}{name} is {text!r}; give one of {', '.join(choices)}")
    return text


def _token(text: str, authorization: str) -> str:
    if not text:
        raise WrongSetting(f"{PREFIX}TOKEN is missing; give what the gateway knows METEOR by")
    if not (text.isascii() and text.isprintable()):
        raise WrongSetting(f"{PREFIX}TOKEN has characters that no header can hold")
    if authorization == "basic" and ":" not in text:
        raise WrongSetting(f"{PREFIX}TOKEN must be user:password, as {PREFIX}AUTHORIZATION is basic")
    return text


def _body(text: str, *, form: bool, with_token: bool) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise WrongSetting(f"{PREFIX}BODY is no JSON object; give one such as {EXAMPLE}")
    if form and not all(isinstance(value, str) for value in body.values()):
        raise WrongSetting(f"{PREFIX}BODY may hold nothing but texts, as {PREFIX}FORMAT is form")
    used = {name for part in _texts(body) for name in PLACEHOLDER.findall(part)}
    if unknown := used - NUMBERS - {"text", "token"}:
        raise WrongSetting(
            f"{PREFIX}BODY has {{{min(unknown)}}}; there are {{number}}, {{digits}}, {{local}}, {{text}}"
        )
    if "text" not in used or not used & NUMBERS:
        raise WrongSetting(f"{PREFIX}BODY needs {{text}} and one of {{number}}, {{digits}}, {{local}}")
    if ("token" in used) != with_token:
        raise WrongSetting(f"{PREFIX}BODY must have {{token}} if {PREFIX}AUTHORIZATION is body, and only then")
    return body


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _daily(text: str) -> int:
    if not text:
        return DAILY
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= MOST_DAILY):
        raise WrongSetting(f"{PREFIX}DAILY is {text!r}; give how many messages may be sent in a day, 1 to {MOST_DAILY}")
    return int(text)
