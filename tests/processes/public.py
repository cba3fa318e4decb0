"""METEOR for a process of its own, to which this machine counts as the public internet.

A slow machine is no failure: what is pushed there lives for an hour.
"""

from datetime import timedelta
from unittest.mock import patch

from flask import Flask

import app
from meteor.notices import push
from meteor.store import outgoing


def create_app() -> Flask:
    """METEOR as it is, but for the addresses to which it may send, and for how long."""
    patch.object(outgoing, "is_public", lambda address: True).start()
    patch.object(push, "LIFE", timedelta(hours=1)).start()
    return app.create_app()
