"""The points that typed words of a closure or a staging area mean, where they can mean nothing else."""

from meteor.territory import gazetteer

Point = tuple[float, float]


def point_of(place: str) -> Point | None:
    """The only point (degrees WGS-84) that a text can mean."""
    return _found(place)


def end_of(street: str, place: str) -> Point | None:
    """The end of a stretch: where another street crosses `street`, or else the place itself."""
    return (_found(f"perempatan {street} - {place}") or _found(place)) if place else None


def _found(text: str) -> Point | None:
    hit = gazetteer.sure(text) if text else None
    return (hit.latitude, hit.longitude) if hit else None
