"""Errors of an API client's request by field, in the requested language."""

from typing import Any

from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from meteor.web.problems import Wrong

WORDS = {
    "missing": _l("This field must be there."),
    "extra_forbidden": _l("There is no such field. Leave it out."),
    "model_type": _l("Give an object."),
    "model_attributes_type": _l("Give an object."),
    "string_type": _l("Give a text."),
    "string_too_short": _l("Give at least %(min_length)d characters."),
    "string_too_long": _l("Give at most %(max_length)d characters."),
    "string_pattern_mismatch": _l("Give a text of this form: %(pattern)s"),
    "float_type": _l("Give a number."),
    "float_parsing": _l("Give a number."),
    "finite_number": _l("Give a number."),
    "int_type": _l("Give a whole number."),
    "int_parsing": _l("Give a whole number."),
    "int_from_float": _l("Give a whole number."),
    "bool_type": _l("Give true or false."),
    "greater_than_equal": _l("Give at least %(ge)s."),
    "greater_than": _l("Give more than %(gt)s."),
    "less_than_equal": _l("Give at most %(le)s."),
    "literal_error": _l("Give one of: %(expected)s."),
    "uuid_type": _l("Give a UUID."),
    "uuid_parsing": _l("Give a UUID."),
    "datetime_type": _l("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."),
    "datetime_parsing": _l("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."),
    "datetime_from_date_parsing": _l("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."),
    "datetime_object_invalid": _l("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."),
    "far_time": _l("Give a time between 1970 and 2200."),
    "timezone_aware": _l("Give a time with its zone, such as 2026-11-24T14:03:05+07:00."),
}
"""For each kind of pydantic's errors what would be right, with the names that its context gives."""


def readable(error: ValidationError) -> bool:
    """Whether what was sent was JSON at all."""
    return not any(one["type"] == "json_invalid" for one in error.errors())


def validation_errors(error: ValidationError) -> list[Wrong]:
    """Every field that is wrong; what is wrong with the whole stands under the field "body"."""
    return [Wrong(".".join(map(str, one["loc"])) or "body", _said(one)) for one in error.errors(include_url=False)]


def _said(one: Any) -> str:
    words = WORDS.get(one["type"])
    return str(words) % one.get("ctx", {}) if words else str(one["msg"])
