"""Finds the view of a request before the application has it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException


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
