"""The body of a press: its fields, whatever its content type says."""

import io
import json
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from meteor.alerts.rules import LONGEST_NOTE

FIELDS = frozenset(
    {"id", "kind", "latitude", "longitude", "accuracy", "position_age", "note", "silent", "waited", "premises"}
)


def fields_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a body, a form of either encoding or a JSON object, independent of its content type.

    Never raises. Where nothing can be read, {"unread": the beginning of its text}; an empty body has no fields.
    """
    text = body.decode("utf-8", "replace")
    mimetype, options = parse_options_header(content_type)
    if text.lstrip().startswith("{"):
        found = _json(text)
    elif mimetype == "multipart/form-data":
        parser = FormDataParser(max_form_memory_size=None, silent=True)
        found = parser.parse(io.BytesIO(body), mimetype, len(body), options)[1].to_dict()
    else:
        found = dict(reversed(parse_qsl(text, keep_blank_values=True, errors="replace")))
    known = {name: value for name, value in found.items() if name in FIELDS}
    return known or ({"unread": text[:LONGEST_NOTE]} if text else {})


def _json(text: str) -> dict[str, Any]:
    """A JSON object, its numbers as they were written; empty for anything else."""
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
