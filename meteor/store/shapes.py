"""Base of JSON shapes: unknown fields are refused."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Shape(BaseModel):
    """A JSON object. A field that is not known is refused; NaN and infinity are no numbers."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


def _as_written(at: Any) -> Any:
    """The moment that a text says (RFC 3339). Numbers are refused: pydantic takes them for seconds since 1970."""
    if isinstance(at, str) and re.match(r"\d{4}-\d\d-\d\d[Tt ]", at):
        with suppress(ValueError):
            return datetime.fromisoformat(at.upper())
    if isinstance(at, datetime):
        return at
    raise PydanticKnownError("datetime_type")


def _within_reason(at: datetime) -> datetime:
    if not EARLIEST <= at < LATEST:
        raise PydanticCustomError("far_time", "Give a time between 1970 and 2200.")
    return at.astimezone(UTC)


Text = Annotated[str, AfterValidator(_without_nul)]
"""Text without NUL characters, which PostgreSQL cannot store."""

Latitude = Annotated[float, Field(ge=-90, le=90, description="Degrees north, WGS-84.")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="Degrees east, WGS-84.")]
Radius = Annotated[float, Field(ge=0, le=100_000, description="Metres around the point within which it is.")]
Instant = Annotated[
    AwareDatetime, BeforeValidator(_as_written), AfterValidator(_within_reason),
    Field(description="ISO 8601 with its zone."),
]  # fmt: skip
