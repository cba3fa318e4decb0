"""Shapes of requests and answers about incidents, JSON and GeoJSON (RFC 7946)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from meteor.store.shapes import Instant, Latitude, Longitude, Radius, Shape, Text

Status = Literal["open", "dispatched", "on_scene", "closed", "reopened"]
LARGEST_ANSWER = 1000
"""Highest number of incidents in one answer."""


class Spot(Shape):
    """A point with its accuracy."""

    latitude: Latitude
    longitude: Longitude
    radius: Radius | None = None


class NewIncident(Shape):
    """An incident as an agent has written it down: type, place and phone are enough.

    The same `reference` again is the same incident, whatever else is sent with it.
    """

    type: Annotated[Text, Field(min_length=1, max_length=50, description="The code of an incident type.")]
    phone: Annotated[Text, Field(min_length=3, max_length=30, description="The caller's number.")]
    name: Annotated[Text, Field(max_length=100)] = ""
    location: Spot | None = None
    place: Annotated[Text, Field(max_length=500, description="Where it is, in words.")] = ""
    note: Annotated[Text, Field(max_length=2000)] = ""
    priority: Annotated[int, Field(ge=1, le=4, description="1 (life at risk) to 4; else the type's.")] | None = None
    reference: Annotated[Text, Field(max_length=100, description="Your own name for it; never for another one.")] = ""

    @model_validator(mode="after")
    def _somewhere(self) -> "NewIncident":
        if self.location is None and not self.place.strip():
            raise PydanticCustomError("nowhere", _("Give location, or place in words."))
        return self


class TypeSent(Shape):
    code: str
    name_id: str
    name_en: str


class EventSent(Shape):
    """An event of the timeline as a partner sees it: type, time and unit."""

    at: datetime
    event: str
    unit: str | None = None


class IncidentSent(Shape):
    """An incident, without anything about who reported it. `merged_into` is the number of the one that handles it.

    `location` is null where nobody knows it; and, in what the client neither announced nor reported itself, where
    somebody may be in hiding or in danger if it is known (domestic violence, silent and premises' alarms, what a
    call-taker has still to decide about): then `kelurahan` is all that is said of the place.
    """

    number: str
    status: Status
    priority: int
    type: TypeSent
    location: Spot | None
    kelurahan: str | None
    opened_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    merged_into: str | None
    references: list[str]
    timeline: list[EventSent]


def _box(text: str) -> str:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise PydanticCustomError("bbox", _("Give west,south,east,north in degrees, such as 113.1,-7.8,113.3,-7.7."))
    return text


class Window(Shape):
    """Selects incidents by time of opening and by box, both ends included."""

    bbox: Annotated[str, AfterValidator(_box), Field(description="west,south,east,north in degrees")] | None = None
    since: Instant | None = None
    until: Instant | None = None
    status: Status | None = None


class Point(Shape):
    type: Literal["Point"]
    coordinates: list[float]


class Properties(Shape):
    """`kelurahan` is all that is said of a place that is kept to the staff (see IncidentSent)."""

    number: str
    status: Status
    priority: int
    type: str
    radius: float | None
    kelurahan: str | None
    opened_at: datetime
    closed_at: datetime | None


class Feature(Shape):
    type: Literal["Feature"]
    id: str
    geometry: Point | None
    properties: Properties


class FeatureCollection(Shape):
    """Newest first. `truncated` says that there are more than LARGEST_ANSWER: ask for a shorter time.

    What hides its place (see IncidentSent) has no geometry and is in no `bbox`.
    """

    type: Literal["FeatureCollection"]
    features: list[Feature]
    truncated: bool


class Eido(Shape):
    """NENA-STA-021.1a (EIDO), see meteor.integrations.eido."""

    model_config = {"extra": "allow"}

    eidoVersion: str  # noqa: N815
    issuingElementIdentification: str  # noqa: N815
    incidentComponent: dict[str, Any]  # noqa: N815
    agencyComponent: list[dict[str, Any]]  # noqa: N815
