"""Answers and refusals in the shapes of GeoReport v2, as JSON or XML by the end of the address."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from meteor.open311 import blueprint
from meteor.open311.xml_text import xml
from meteor.web.language import locale
from meteor.web.problems import REFUSALS, WORDS, FieldProblem, Problem

BELOW = "/open311/"
UNREAD = _l("The request could not be read. Send its fields as a form.")
FORMATS = {"xml": "text/xml", "json": "application/json"}


def answer(root: str, value: Any, status: int = 200) -> Response:
    """A value in the format of the request's address; in XML its root element is `root`. Raises Problem (406)."""
    form = (request.view_args or {}).get("form", "")
    if form not in FORMATS:
        raise Problem(406, _("Ask for .json or .xml."))
    return _written(form, root, value, status)


def bad(problems: Sequence[tuple[str, str]]) -> Problem:
    """The refusal of fields: pairs of a name, and what would be right."""
    return Problem(400, errors=[FieldProblem(field=name, problem=words) for name, words in problems])


def refusal(error: HTTPException) -> Response:
    """An error as GeoReport has it: a list of codes and descriptions."""
    code = error.code or 500
    own = error if isinstance(error, Problem) else Problem(code)
    plain = own.description or str(UNREAD if code == 400 or code not in WORDS else WORDS[code][1])
    said = [f"{each.field}: {each.problem}" for each in own.errors] or [plain]
    form = "xml" if request.path.endswith(".xml") else "json"
    return _written(form, "errors", [{"code": code, "description": words} for words in said], code)


def _written(form: str, root: str, value: Any, status: int) -> Response:
    body = xml(root, value) if form == "xml" else current_app.json.dumps(value).encode()
    said = Response(body, status, content_type=f"{FORMATS[form]}; charset=utf-8")
    said.headers["Content-Language"] = locale()
    return said


blueprint.record(lambda state: state.app.extensions.setdefault(REFUSALS, {}).update({BELOW: refusal}))
