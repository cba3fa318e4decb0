"""Bodies of requests: those of views that take more than others, and those that are never refused."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from meteor.web.routing import view_finder

View = TypeVar("View", bound=Callable[..., Any])

LARGEST = 1024 * 1024
"""Bytes; what comes after them is not kept."""

USUAL = 8 * 1024 * 1024
"""Highest number of bytes of a body, where a view does not name another."""

SHORTER = LazyString(
    lambda: _(
        "Send at most %(most)d MB at a time. Go back: what you typed is still on the page before.",
        most=(request.max_content_length or 0) // 1_000_000,
    )
)
"""Advice where a body is longer than the request's address takes."""


def takes_bytes(most: int) -> Callable[[View], View]:
    """Let this view take bodies of `most` bytes. Each of them lies in memory until it is answered."""

    def named(view: View) -> View:
        cast(Any, view).most_bytes = most
        return view

    return named


def init_app(app: Flask) -> None:
    """Apply what views of `app` say of their bodies, before any part of it reads a form."""
    app.before_request(_allow)


def longest_body(app: Flask) -> Callable[[bytes, bytes], int]:
    """A function from a request's method and target, as they came in, to the most bytes that its body may have."""
    view_of = view_finder(app)
    return lambda method, target: int(getattr(view_of(method, target), "most_bytes", USUAL))


def beginning() -> bytes:
    """The first LARGEST bytes of the request's body, of any size: some things are not refused for their length."""
    request.max_content_length = sys.maxsize
    body = request.stream.read(LARGEST)
    while request.stream.read(LARGEST):
        pass  # a connection that is closed with unread bytes would lose our answer
    return body


def _allow() -> None:
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "most_bytes", None)
    if most is not None:
        request.max_content_length = most
