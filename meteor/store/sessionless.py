"""Reading without a session of the ORM, which takes longer than a few statements: what polls ask in front of Flask."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, Engine


class ReadTransaction:
    """A transaction on `engine` that begins with its first statement."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._connection: Connection | None = None
        self._held = ExitStack()

    @property
    def has_begun(self) -> bool:
        """Return whether a statement was executed in it."""
        return self._connection is not None

    def connection(self) -> Connection:
        """The connection, in its transaction."""
        if self._connection is None:
            self._connection = self._held.enter_context(self.engine.connect())
            self._held.enter_context(self._connection.begin())
        return self._connection

    def end(self) -> None:
        """Give the connection back."""
        self._held.close()


current: ContextVar[ReadTransaction | None] = ContextVar("current", default=None)
"""The transaction of `without_session`."""


@contextmanager
def without_session(engine: Engine) -> Iterator[None]:
    """Let `store.database.execute` use a connection of `engine`, in one transaction that begins when it is needed."""
    transaction = ReadTransaction(engine)
    before = current.set(transaction)
    try:
        yield
    finally:
        current.reset(before)
        transaction.end()


@contextmanager
def reading_afresh(engine: Engine) -> Iterator[None]:
    """Let `execute` see what is committed now: in the transaction of `without_session` only if it has not begun."""
    transaction = current.get()
    if transaction is not None and transaction.engine is engine and not transaction.has_begun:
        yield
    else:
        with without_session(engine):
            yield
