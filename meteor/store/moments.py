"""Points in time: always aware, always UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment (aware, UTC)."""
    return datetime.now(UTC)
