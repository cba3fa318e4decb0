"""Removes NUL characters from incoming text, since PostgreSQL cannot store them."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items


class Fields(ImmutableMultiDict[str, Any]):
    """The fields of a query or a form, without NUL. Files are left as they are."""

    def __init__(self, fields: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(_clean(name), _clean(value)) for name, value in iter_multi_items(fields)])


def init_app(app: Flask) -> None:
    """Read what is typed into `app` without NUL. An address that has one leads nowhere."""
    app.request_class = type("Request", (app.request_class,), {"parameter_storage_class": Fields})
    app.before_request(_refuse_such_an_address)


def _refuse_such_an_address() -> None:
    if "\0" in request.path:
        abort(404)


def _clean(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
