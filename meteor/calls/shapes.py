"""Shapes of the telephone exchange's requests and answers about calls."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from meteor.store.shapes import Instant, Latitude, Longitude, Radius, Shape, Text


class CallSpot(Shape):
    """The caller's position, from the exchange or the phone."""

    latitude: Latitude
    longitude: Longitude
    radius: Radius | None = None
    confidence: Annotated[float, Field(ge=0, le=100, description="Percent.")] | None = None


class NewCall(Shape):
    """A call that rings. The same `reference` again is the same call."""

    caller: Annotated[Text, Field(max_length=40, description="The number as the exchange has it; may be empty.")]
    received_at: Instant
    reference: Annotated[Text, Field(min_length=1, max_length=100, description="The exchange's own name for the call.")]
    queue: Annotated[Text, Field(max_length=100)] = ""
    location: CallSpot | None = None
    aml: Annotated[
        Text,
        Field(max_length=1000, description="The raw AML message. One that cannot be read is kept; the call is taken."),
    ] = ""


class CallEvent(Shape):
    """An event of a call. A repeated one, or one of an ended call, changes nothing."""

    event: Literal["answered", "ended", "abandoned"]
    at: Instant
    extension: Annotated[Text, Field(max_length=40, description="Who answered.")] = ""


class CallSent(Shape):
    """A call as its exchange may see it. `incident` is the number of the incident that came of it."""

    id: UUID
    status: Literal["ringing", "taken", "ended", "abandoned", "blocked"]
    reference: str
    caller: str
    queue: str
    received_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    extension: str
    location: CallSpot | None
    classified_as: str | None
    incident: str | None
