"""Group commit: work of several threads shares one transaction and is answered after its commit."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, TypeVar

from meteor.store.database import db, is_away, roll_back
from meteor.store.work import within_share

T = TypeVar("T")

_waiting: deque[tuple[Callable[[], Any], "Future[Any]"]] = deque()
_leading = Lock()


def committed(work: Callable[[], T], context: Callable[[], AbstractContextManager[object]]) -> T:
    """Return what `work` returns, once what it wrote through db.session is committed.

    It runs in a session of its own, that of an application `context`, and in one transaction with the work of other
    threads, whose writes it sees. It may run in one of these threads, so it must not ask for the request or its user.
    It must bear being done once more: where that transaction fails, it has another one to itself. It must not call
    `committed`.
    The session of the request is rolled back before: it could hold the right to write that the work waits for.
    Raises what `work` or the commit raises, and what keeps the transaction from beginning.
    """
    db.session.rollback()
    return committed_apart(work, context)


def committed_apart(work: Callable[[], T], context: Callable[[], AbstractContextManager[object]]) -> T:
    """Return what `work` returns, as `committed` does, where the thread has no session."""
    future: Future[T] = Future()
    _waiting.append((work, future))
    with _leading:  # the threads that wait here find their work done by the one before
        while not future.done():
            with context():
                _lead()
    return future.result()


def together(works: Iterable[Callable[[], T]]) -> list[T | Exception]:
    """Run several pieces of work in one transaction. Returns the result of each, in their order.

    The first piece is taken when the transaction has the right to write. If one fails, each runs once more in a
    transaction of its own, and its exception stands in place of its result. If the database is away, none runs again.
    Raises what keeps the transaction from beginning.
    """
    db.session.connection()
    taken: list[Callable[[], T]] = []
    try:
        results = [_done(work) for work in _noted(works, taken)]
        db.session.commit()
        return [*results]
    except Exception as error:
        roll_back()
        return [error for _ in taken] if is_away(error) else [_alone(work) for work in taken]


def _lead() -> None:
    """Run the waiting work in one transaction, the oldest first, for a share of time."""
    taken: list[Future[Any]] = []

    def works() -> Iterator[Callable[[], Any]]:
        while _waiting:
            work, future = _waiting.popleft()
            taken.append(future)
            yield work

    try:
        outcomes = together(within_share(works()))
    except BaseException as error:  # nobody may wait for ever
        while _waiting:
            taken.append(_waiting.popleft()[1])
        for future in taken:
            future.set_exception(error)
        raise
    for future, outcome in zip(taken, outcomes, strict=True):
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def _noted(works: Iterable[T], taken: list[T]) -> Iterator[T]:
    for work in works:
        taken.append(work)
        yield work


def _done(work: Callable[[], T]) -> T:
    """Run the work and expire what the session has read, so that the next piece reads it again."""
    result = work()
    db.session.flush()
    db.session.expire_all()
    return result


def _alone(work: Callable[[], T]) -> T | Exception:
    try:
        result = work()
        db.session.commit()
        return result
    except Exception as error:
        roll_back()
        return error
