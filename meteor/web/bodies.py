"""Reads bodies of requests that are never refused."""

import sys

from flask import request

LARGEST = 1024 * 1024
"""Bytes; what comes after them is not kept."""


def beginning() -> bytes:
    """The first LARGEST bytes of the request's body, of any size: some things are not refused for their length."""
    request.max_content_length = sys.maxsize
    body = request.stream.read(LARGEST)
    while request.stream.read(LARGEST):
        pass  # a connection that is closed with unread bytes would lose our answer
    return body
