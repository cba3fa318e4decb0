"""Addresses: the numbers in them, and the view of a request before the application has it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1
"""Highest number of a row that both databases take."""


class NumberOfRow(IntegerConverter):
    """`<int:…>` in addresses. A number above LARGEST_ID is a 404: the database would fail on it."""

    def __init__(self, routes: Map) -> None:
        super().__init__(routes, max=LARGEST_ID)


def init_app(app: Flask) -> None:
    """Let no address of `app` hold a larger number, before any is registered."""
    app.url_map.converters["int"] = NumberOfRow


def view_finder(app: Flask) -> Callable[[bytes, bytes], Any]:
    """A function from a request's method and target, as they came in, to its view; None where there is none."""
    routes = app.url_map.bind("")

    @lru_cache(maxsize=1024)
    def found(method: str, path: bytes) -> Any:
        try:
            # The path as gunicorn and Werkzeug decode it: an encoded letter must not choose another view.
            text = unquote_to_bytes(urlsplit(path).path).decode(errors="replace")
            endpoint, _ = routes.match(text, method)
        except (HTTPException, ValueError):
            return None
        return app.view_functions[endpoint]

    return lambda method, target: found(method.decode("latin-1"), target.partition(b"?")[0])
