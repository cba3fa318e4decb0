"""Thread pools of a web worker: which requests keep threads of their own, said by their views."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask

from meteor.web.routing import view_finder

View = TypeVar("View", bound=Callable[..., Any])

URGENT = "urgent"
POLLS = "polls"
FOLLOWING = "following"
GENERAL = "general"
PASSWORDS = "passwords"

# gunicorn's `threads` are for what is urgent and writes: two, since one writes at a time, and the scheduler and the
# receiver wait in the same line.
POLL_THREADS, GENERAL_THREADS = 2, 2
POLL_POOLS = (POLLS, FOLLOWING)
"""Pools that share the threads for polls; what is in the first goes first."""

MOST_WAITING = {PASSWORDS: 64, GENERAL: 512}
"""Requests of a pool in a worker, waiting or under way; further ones are refused. A hash takes about 50 ms."""

_READS = (b"GET", b"HEAD", b"OPTIONS")
_OF_READS = {URGENT: POLLS, PASSWORDS: GENERAL}


def urgent(view: View) -> View:
    """Answer this view on the threads that are reserved for presses and crews; reading it on those for polls."""
    cast(Any, view).pool = URGENT
    return view


def follows(view: View) -> View:
    """Answer this poll after those of crews and of the 112 room: it is of somebody who has pressed and waits."""
    cast(Any, view).pool = FOLLOWING
    return view


def hashes_password(view: View) -> View:
    """Answer what is sent to this view on the one thread that hashes passwords; reading it stays general."""
    cast(Any, view).pool = PASSWORDS
    return view


def pool_chooser(app: Flask) -> Callable[[bytes, bytes], str]:
    """A function from a request's method and target, as they came in, to the name of its pool."""
    view_of = view_finder(app)

    def chosen(method: bytes, target: bytes) -> str:
        pool = str(getattr(view_of(method, target), "pool", GENERAL))
        return _OF_READS.get(pool, pool) if method in _READS else pool

    return chosen
