"""Reading without a session of the ORM, which takes longer than a few statements: what polls ask in front of Flask."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, Engine


class Apart:
    """A transaction on `engine` that begins with its first statement."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: Connection | None = None
        self._held = ExitStack()

    def begun(self) -> Connection:
        """The connection, in its transaction."""
        if self.connection is None:
            self.connection = self._held.enter_context(self.engine.connect())
            self._held.enter_context(self.connection.begin())
        return self.connection

    def end(self) -> None:
        """Give the connection back."""
        self._held.close()


present: ContextVar[Apart | None] = ContextVar("present", default=None)
"""The transaction of `without_session`."""


@contextmanager
def without_session(engine: Engine) -> Iterator[None]:
    """Let `store.database.execute` use a connection of `engine`, in one transaction that begins when it is needed."""
    apart = Apart(engine)
    before = present.set(apart)
    try:
        yield
    finally:
        present.reset(before)
        apart.end()


@contextmanager
def reading_afresh(engine: Engine) -> Iterator[None]:
    """Let `execute` see what is committed now: in the transaction of `without_session` only if it has not begun."""
    apart = present.get()
    if apart is not None and apart.engine is engine and apart.connection is None:
        yield
    else:
        with without_session(engine):
            yield
