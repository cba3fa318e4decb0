"""Answers as XML: elements of the same names as the fields of the JSON (the Spark convention)."""

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

ITEMS = {
    "services": "service", "attributes": "attribute", "values": "value", "service_requests": "request",
    "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
"""Names of the elements of a list, by its own name."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def xml(root: str, value: Any) -> bytes:
    """The document of a value, in UTF-8 with its declaration."""
    element = Element(root)
    _fill(element, value)
    return tostring(element, encoding="UTF-8", xml_declaration=True)


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            _fill(SubElement(element, name), each)
    elif isinstance(value, list):
        for each in value:
            _fill(SubElement(element, ITEMS[element.tag]), each)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = _FORBIDDEN.sub("", text)
