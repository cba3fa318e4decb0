"""Writes a warning as a CAP 1.2 message (OASIS, https://docs.oasis-open.org/emergency/cap/v1.2/)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from meteor.store.moments import WIB
from meteor.warnings.messages import LANGUAGES
from meteor.warnings.models import HazardWarning

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
HAZARD = "METEOR"
"""Name of our code of the hazard in a message."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def message(warning: HazardWarning, page: str, earlier: Sequence[HazardWarning] = ()) -> bytes:
    """The message of a warning, in UTF-8. `page` is its address for people; `earlier` are those that it replaces.

    `texts` hold Indonesian; English is a second `info` where it is there too.
    """
    alert = Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", warning.identifier)
    _add(alert, "sender", warning.sender)
    _add(alert, "sent", cap_time(warning.sent))
    _add(alert, "status", warning.status)
    _add(alert, "msgType", warning.message_type)
    _add(alert, "scope", "Public")
    _add(alert, "references", " ".join(f"{each.sender},{each.identifier},{cap_time(each.sent)}" for each in earlier))
    for language in LANGUAGES:
        if language in warning.texts:
            alert.append(_info(warning, language, page))
    indent(alert)
    return tostring(alert, encoding="UTF-8", xml_declaration=True)


def cap_time(at: datetime) -> str:
    """A moment in WIB as CAP writes it: 2026-11-29T13:00:00+07:00. CAP knows no Z."""
    return at.astimezone(WIB).isoformat(timespec="seconds")


def clean(text: str) -> str:
    """A text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _info(warning: HazardWarning, language: str, page: str) -> Element:
    info, texts = Element("info"), warning.texts[language]
    _add(info, "language", language)
    _add(info, "category", warning.parameters.get("category", "Other"))
    _add(info, "event", texts["event"])
    _add(info, "responseType", "AllClear" if warning.message_type == "Cancel" else "")
    for name in ("urgency", "severity", "certainty"):
        _add(info, name, getattr(warning, name))
    if hazard := warning.parameters.get("hazard"):
        _named(info, "eventCode", HAZARD, hazard)
    for name in ("onset", "expires"):
        if at := getattr(warning, name):
            _add(info, name, cap_time(at))
    _add(info, "senderName", texts.get("sender_name", ""))
    for name in ("headline", "description", "instruction"):
        _add(info, name, texts.get(name, ""))
    _add(info, "web", page)
    info.extend(_areas(warning.areas))
    return info


def _areas(areas: Sequence[Mapping[str, Any]]) -> Iterator[Element]:
    for known in areas:
        area = Element("area")
        _add(area, "areaDesc", known["description"])
        for polygon in known.get("polygons", ()):
            _add(area, "polygon", " ".join(f"{latitude:.6f},{longitude:.6f}" for latitude, longitude in polygon))
        for latitude, longitude, kilometres in known.get("circles", ()):
            _add(area, "circle", f"{latitude:.6f},{longitude:.6f} {kilometres:g}")
        for name, values in known.get("geocodes", {}).items():
            for value in values:
                _named(area, "geocode", name, value)
        yield area


def _named(parent: Element, tag: str, name: str, value: str) -> None:
    child = SubElement(parent, tag)
    _add(child, "valueName", name)
    _add(child, "value", value)


def _add(parent: Element, tag: str, text: str) -> None:
    """An element with a text; an empty text has none."""
    if text := clean(text):
        SubElement(parent, tag).text = text
