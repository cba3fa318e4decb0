"""METEOR for a process of its own, to which this machine counts as the public internet."""

from unittest.mock import patch

from flask import Flask

import app
from meteor.store import outgoing


def create_app() -> Flask:
    """METEOR as it is, but for the addresses to which it may send."""
    patch.object(outgoing, "is_public", lambda address: True).start()
    return app.create_app()
