"""The gate for polls, and the readers whom it answers."""

from functools import partial

from flask import Flask

from meteor.accounts import second_factors, sessions
from meteor.accounts.sessions import LiveSession
from meteor.accounts.views import use
from meteor.store.changes import Remembered
from meteor.store.database import reading_engine
from meteor.web.poll_gate import PollGate
from meteor.web.polling import Reader


def gate(app: Flask) -> PollGate:
    """The gate in front of an `app` with all its routes."""
    in_production = app.config["SETTINGS"].production

    known: Remembered[LiveSession | None] = Remembered()

    def reader(key: str) -> Reader | None:
        """The reader of a live session. None for administrators in production: Flask may ask a second factor first."""
        read, engine = partial(sessions.live_session, key), reading_engine()
        # Elsewhere a look whether something was committed takes as long as the look for the session.
        found = known.get(engine, None, read, of=key) if engine.dialect.name == "sqlite" else read()
        asked = found is not None and in_production and not found.roles.isdisjoint(second_factors.MANDATORY)
        return None if asked else found

    return PollGate(app, reader, partial(use.note_poll, app))
