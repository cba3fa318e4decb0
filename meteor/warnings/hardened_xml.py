"""XML from outside: no document type, no entities, nothing external, and only so large and so deep."""

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MOST_BYTES = 1_000_000
"""Size of a message or an index, as it comes."""

DEEPEST = 20
"""Elements within each other. CAP 1.2 has five levels; a signature beside it has ten."""

MOST_ELEMENTS = 20_000


class NotXml(ValueError):
    """This is no XML that may be read; the argument says why."""


class _Bounded(TreeBuilder):
    """Builds a tree of at most DEEPEST levels and MOST_ELEMENTS elements."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attributes: Any) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise NotXml("it has too many elements, or too many within each other")
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse(data: bytes) -> Element:
    """The root element of a document. Raises NotXml."""
    if len(data) > MOST_BYTES:
        raise NotXml(f"it has more than {MOST_BYTES:,} bytes")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except NotXml:
        raise
    except DefusedXmlException as problem:
        raise NotXml("it has a document type or entities, which are refused") from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise NotXml(f"it is no XML ({problem})") from problem
    return root


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: Element) -> str:
    """The namespace of an element, or ""."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")
