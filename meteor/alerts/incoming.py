"""An alert as a channel has read it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from meteor.incidents.places import Place


@dataclass(frozen=True)
class IncomingAlert:
    """An alert as a channel has read it, before it is stored.

    Position in degrees WGS-84, `accuracy` in metres, `position_age` in seconds; all absent when the device gave none.
    `waited` is the time in seconds from the press to the sending by the device's own clock, if that is plausible.
    `flags` name what the channel found doubtful, `given` keeps the doubtful texts as they came.

    A person who listened knows more: `type_id` is the incident type and `priority` (1–4) how urgent it is, `place` is
    where it is said to be, `incident_id` the incident that the alert is about. `caller_phone` (E.164) and `caller_name`
    are of whoever called, with or without an account. `premises_id` is where an alarm was raised: it belongs to no
    incident but the one that it is said to be about, whoever pressed. So does an alert of an officer in danger, whose
    unit `unit_id` is.
    """

    id: UUID
    source: str
    kind: str
    reporter_id: int | None
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    position_age: float | None = None
    waited: float | None = None
    note: str = ""
    silent: bool = False
    drill: bool = False
    flags: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    type_id: int | None = None
    priority: int | None = None
    place: Place | None = None
    incident_id: int | None = None
    premises_id: int | None = None
    unit_id: int | None = None
    caller_phone: str = ""
    caller_name: str = ""
