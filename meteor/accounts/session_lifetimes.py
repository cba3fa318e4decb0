"""Lifetimes of sessions, by the user's roles."""

from collections.abc import Collection
from typing import NamedTuple

from meteor.accounts.roles import STAFF

HOUR, DAY = 60, 24 * 60

SHIFT_PAUSE = 6 * HOUR
"""A session past its lifetime ends after so long without use: never in the middle of a shift."""

OVERTIME = 5 * DAY
"""A session ends so long after its lifetime at the latest, in use or not."""


class Lifetime(NamedTuple):
    """Minutes of SessionClock after which a session ends: without use, and in all. `idle` None: only without use."""

    idle: int | None
    lasts: int


LIFETIMES = (
    (frozenset({"admin"}), Lifetime(1 * HOUR, 30 * DAY)),
    (frozenset(STAFF), Lifetime(12 * HOUR, 30 * DAY)),
)
"""The lifetime of each group of roles, the shortest first."""

OTHERS = Lifetime(None, 180 * DAY)
"""Citizens, RT leaders and businesses: a panic button that asks for a password first does not help."""


def lifetime(roles: Collection[str]) -> Lifetime:
    """The lifetime of a session of a user with these roles."""
    return next((life for group, life in LIFETIMES if not group.isdisjoint(roles)), OTHERS)


def needs_clicks(roles: Collection[str]) -> bool:
    """Return whether sessions with these roles end after an hour without clicks."""
    return lifetime(roles).idle == HOUR
