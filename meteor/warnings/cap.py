"""Messages of the Common Alerting Protocol (OASIS, CAP 1.2; 1.1 is read alike)."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, tostring

from meteor.store.moments import WIB
from meteor.warnings import positions
from meteor.warnings.hardened_xml import NotXml, name_of, namespace_of, parse
from meteor.warnings.messages import (
    LONGEST_NAME,
    LONGEST_TEXT,
    STATUSES,
    TYPES,
    Area,
    Info,
    Message,
    NotUnderstood,
    Reference,
    cleaned,
)  # fmt: skip
from meteor.warnings.models import SEVERITIES

NAMESPACES = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")

URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")

TEXTS = {
    "event": "event", "headline": "headline", "description": "description", "instruction": "instruction",
    "sender_name": "senderName",
}  # fmt: skip

OWN_LANGUAGE = "id"
"""Language of an info that names none. CAP says en-US, but senders that leave it out are of this country."""

MOST_POSITIONS = 20_000
"""Positions of all polygons of a message."""

MOST_AREAS = 500
"""Areas of a message, and its circles: each is compared with all kelurahan."""

LONGEST_REFERENCES = 20_000
"""Characters of all references of a message: an update may name every message before it."""


def read(data: bytes) -> Message:
    """The message in a document. Raises NotUnderstood."""
    try:
        alert = parse(data)
    except NotXml as problem:
        raise NotUnderstood(str(problem)) from problem
    if name_of(alert) != "alert" or namespace_of(alert) not in NAMESPACES:
        raise NotUnderstood(f"it is no CAP message, but <{cleaned(name_of(alert), 50)}>")
    return Message(
        identifier=_name(alert, "identifier"),
        sender=_name(alert, "sender"),
        sent=_sent(alert),
        status=_one_of(STATUSES, alert, "status"),
        message_type=_one_of(TYPES, alert, "msgType"),
        references=tuple(_references(_text(alert, "references", LONGEST_REFERENCES))),
        infos=_infos(alert),
        xml=_source(data, alert),
        is_public=_text(alert, "scope").lower() in ("", "public"),
    )


def parsed_moment(text: str) -> datetime | None:
    """A moment in UTC; without an offset it is WIB. None if it is none."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=WIB)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _infos(alert: Element) -> tuple[Info, ...]:
    infos = tuple(map(_info, _children(alert, "info")))
    areas = [area for info in infos for area in info.areas]
    if sum(len(ring) for area in areas for ring in area["polygons"]) > MOST_POSITIONS:
        raise NotUnderstood(f"its polygons have more than {MOST_POSITIONS:,} positions")
    if max(len(areas), sum(len(area["circles"]) for area in areas)) > MOST_AREAS:
        raise NotUnderstood(f"it has more than {MOST_AREAS} areas or circles")
    return infos


def _info(info: Element) -> Info:
    return Info(
        language=_language(info),
        urgency=_known(URGENCIES, info, "urgency"),
        severity=_known(SEVERITIES, info, "severity"),
        certainty=_known(CERTAINTIES, info, "certainty"),
        onset=parsed_moment(_text(info, "onset")) or parsed_moment(_text(info, "effective")),
        expires=parsed_moment(_text(info, "expires")),
        texts={ours: text for ours, theirs in TEXTS.items() if (text := _text(info, theirs, LONGEST_TEXT))},
        areas=[_area(area) for area in _children(info, "area")],
        parameters=_parameters(info),
    )


def _area(area: Element) -> Area:
    rings = (positions.ring(each.text or "") for each in _children(area, "polygon"))
    circles = (positions.circle(each.text or "") for each in _children(area, "circle"))
    return {
        "description": _text(area, "areaDesc", LONGEST_TEXT),
        "polygons": [ring for ring in rings if ring],
        "circles": [circle for circle in circles if circle],
        "geocodes": _pairs(area, "geocode"),
    }


def _parameters(info: Element) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in _pairs(info, "parameter").items()}


def _pairs(parent: Element, name: str) -> dict[str, list[str]]:
    """The values of `valueName` and `value`, by name."""
    found = defaultdict(list)
    for pair in _children(parent, name):
        found[_text(pair, "valueName")].append(_text(pair, "value", LONGEST_TEXT))
    return dict(found)


def _references(text: str) -> Iterator[Reference]:
    """Each is "sender,identifier,sent"; one that is not is left out."""
    for each in dict.fromkeys(text.split()):
        sender, _, rest = each.partition(",")
        identifier = rest.rpartition(",")[0]
        if sender and identifier:
            yield Reference(identifier, sender)


def _sent(alert: Element) -> datetime:
    sent = parsed_moment(_text(alert, "sent"))
    if sent is None:
        raise NotUnderstood("<sent> is no date and time")
    return sent


def _name(alert: Element, name: str) -> str:
    text = _text(alert, name)
    if not text or len(text) >= LONGEST_NAME:
        raise NotUnderstood(f"<{name}> is missing or longer than {LONGEST_NAME} characters")
    return text


def _one_of(words: tuple[str, ...], parent: Element, name: str) -> str:
    said = _text(parent, name)
    for word in words:
        if word.lower() == said.lower():
            return word
    raise NotUnderstood(f"<{name}> is “{cleaned(said, 50)}”, not one of {', '.join(words)}")


def _known(words: tuple[str, ...], parent: Element, name: str) -> str:
    with suppress(NotUnderstood):
        return _one_of(words, parent, name)
    return "Unknown"


def _language(info: Element) -> str:
    tag = _text(info, "language", 20).lower().partition("-")[0].strip()
    return tag if tag.isalpha() else OWN_LANGUAGE


def _text(parent: Element, name: str, longest: int = LONGEST_NAME) -> str:
    found = next(_children(parent, name), None)
    return cleaned("".join(found.itertext()), longest) if found is not None else ""


def _children(parent: Element, name: str) -> Iterator[Element]:
    """The parent's elements of this name in its own namespace; those of others are extensions."""
    return (each for each in parent if name_of(each) == name and namespace_of(each) == namespace_of(parent))


def _source(data: bytes, alert: Element) -> str:
    """The document as text, written anew where it is not UTF-8."""
    with suppress(UnicodeDecodeError):
        text = data.decode()
        if "\0" not in text:
            return text
    return tostring(alert, encoding="unicode")
