"""Forms of addresses that show no form: files, and lists behind a number."""

from typing import TypeVar

from flask import abort
from wtforms import Form

Query = TypeVar("Query", bound=Form)


def valid(form: Query) -> Query:
    """The form, if it can be read; otherwise 422 with its problems by field."""
    if not form.validate():
        abort(422, " ".join(f"{field.label.text}: {error}" for field in form for error in field.errors))
    return form
