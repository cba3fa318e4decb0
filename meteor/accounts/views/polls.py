"""The gate for polls, and the readers whom it answers."""

from functools import partial

from flask import Flask

from meteor.accounts import second_factors, sessions
from meteor.accounts.views import use
from meteor.web.poll_gate import PollGate
from meteor.web.polling import Reader


def gate(app: Flask) -> PollGate:
    """The gate in front of an `app` with all its routes."""
    in_production = app.config["SETTINGS"].production

    def reader(key: str) -> Reader | None:
        """The reader of a live session. None for administrators in production: Flask may ask a second factor first."""
        found = sessions.live_session(key)
        asked = found is not None and in_production and not found.roles.isdisjoint(second_factors.MANDATORY)
        return None if asked else found

    return PollGate(app, reader, partial(use.note_poll, app))
