"""Answers of GeoReport v2 endpoints, in JSON or XML, as plain records of texts."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from meteor.warnings.hardened_xml import NotXml, name_of, parse
from meteor.warnings.messages import NotUnderstood

Record = Mapping[str, str]

LONGEST = 500
"""Characters of a text; what is longer is cut."""

RECEIPT = {"service_request_id", "token", "service_notice", "account_id"}
"""Keys of the answer to a new service request."""

MOST = 500
"""Number of records of an answer that are read."""


def records(body: bytes, wanted: Collection[str]) -> list[Record]:
    """The records of an answer that have one of the `wanted` keys. Raises NotUnderstood if there are only others."""
    found = _all(body)
    fitting = [each for each in found if any(each.get(key) for key in wanted)]
    if found and not fitting:
        raise NotUnderstood(f"it has no {' or '.join(wanted)}")
    return fitting


def receipt(body: bytes) -> Record:
    """The answer to a new service request: a record with an id or a token, or {} from a service that gives neither.

    Raises NotUnderstood for anything else, such as an error.
    """
    found = _all(body)
    if named := next((each for each in found if each.get("service_request_id") or each.get("token")), None):
        return named
    if found and not any(each.keys() & RECEIPT and "code" not in each for each in found):
        raise NotUnderstood("it has no service_request_id or token")
    return {}


def _all(body: bytes) -> list[Record]:
    is_xml = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return (_from_xml(body) if is_xml else _from_json(body))[:MOST]


def _from_json(body: bytes) -> list[Record]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotUnderstood("it is neither JSON nor XML") from problem
    if isinstance(said, dict):  # some servers wrap the list, or leave it out around a single record
        said = next((value for value in said.values() if isinstance(value, list)), [said])
    if not isinstance(said, list):
        raise NotUnderstood("it is no list")
    return [_texts(each) for each in said if isinstance(each, dict)]


def _texts(said: Mapping[str, Any]) -> Record:
    plain = {key: "" if value is None else value for key, value in said.items()}
    plain = {key: value for key, value in plain.items() if isinstance(value, str | int | float)}
    return {key: _clean(str(value)) for key, value in plain.items()}


def _from_xml(body: bytes) -> list[Record]:
    try:
        root = parse(body)
    except NotXml as problem:
        raise NotUnderstood(str(problem)) from problem
    return [{name_of(part): _clean(part.text or "") for part in each} for each in root]


def _clean(text: str) -> str:
    """Remove what a database cannot store: NUL, and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode().strip()[:LONGEST]
