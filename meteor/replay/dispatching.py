"""Interface of the simulation to dispatch: `memory_dispatch` or `database_dispatch`."""

from datetime import datetime
from typing import NamedTuple, Protocol

from meteor.geo import Point


class FleetUnit(NamedTuple):
    """A unit of the fleet; `base` is where it stands when it is free, in degrees WGS-84."""

    call_sign: str
    agency: str
    kind: str
    base: Point


class Offer(NamedTuple):
    """An offer that dispatch has made: its own id, the incident's number in the year, unit, and line of the plan."""

    id: int
    incident: int
    call_sign: str
    capability: str


class Dispatch(Protocol):
    """Dispatch as crews and time meet it. Moments are aware; steps answer False where they come too late."""

    def fix(self, call_sign: str, place: Point, at: datetime) -> None:
        """The unit's device says where it is, in degrees WGS-84."""

    def open_incident(self, number: int, type_code: str, place: Point, at: datetime) -> None:
        """An incident is opened and dispatched."""

    def accept(self, offer: int, at: datetime) -> bool:
        """The crew takes the offer."""

    def refuse(self, offer: int, at: datetime) -> bool:
        """The crew declines the offer."""

    def depart(self, offer: int, at: datetime) -> bool:
        """The unit sets out."""

    def arrive(self, offer: int, at: datetime) -> bool:
        """The unit is at the place."""

    def clear(self, offer: int, at: datetime) -> bool:
        """The unit is free again."""

    def close(self, number: int, at: datetime) -> None:
        """The incident is closed, if it is still open."""

    def next_due(self, at: datetime) -> datetime | None:
        """The moment at which time alone changes something next."""

    def let_time_pass(self, at: datetime) -> None:
        """End the offers that ran out, ask beside, and serve incidents that lack what is free now."""

    def new_offers(self) -> list[Offer]:
        """The offers since this was asked last, in their order."""

    def is_free(self, call_sign: str) -> bool:
        """Return whether the unit has no offer and no incident."""

    def has_units(self, number: int) -> bool:
        """Return whether a unit is asked, under way or there."""

    def has_shortfall(self, number: int) -> bool:
        """Return whether the plan asks for a unit that is not there to be asked."""
