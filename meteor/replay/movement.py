"""Position of a unit that does not stand at its base."""

from datetime import UTC, datetime
from typing import NamedTuple

from meteor.geo import Point


class Movement(NamedTuple):
    """A way on a straight line at an even speed, or a stay, where `ends_at` is `began_at`."""

    start: Point
    end: Point
    began_at: datetime
    ends_at: datetime
    homewards: bool = False

    def place(self, at: datetime) -> Point:
        """The place at a moment, in degrees WGS-84."""
        if at >= self.ends_at:
            return self.end
        share = (at - self.began_at) / (self.ends_at - self.began_at)
        return (
            self.start[0] + share * (self.end[0] - self.start[0]),
            self.start[1] + share * (self.end[1] - self.start[1]),
        )


def stand(place: Point) -> Movement:
    """A unit that stays at a place which is not its base."""
    return Movement(place, place, _LONG_AGO, _LONG_AGO)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
