"""Tries in front of Flask that ended because nothing can be stored: Flask answers them, and does not try again."""

from flask import Flask, request

from meteor.store import disk
from meteor.store.database import is_away

UNSTORED = "meteor.unstored"
"""Key of the WSGI environ: the exception with which the try ended."""


def init_app(app: Flask) -> None:
    """Answer such a request before `app` asks the database who sent it: an absent one holds each thread for seconds."""
    app.before_request(_raise_unstored)


def cannot_store(error: Exception) -> bool:
    """Return whether the disk is full or the database away: another try at once is in vain."""
    return disk.is_full(error) or is_away(error)


def _raise_unstored() -> None:
    if error := request.environ.get(UNSTORED):
        raise error
