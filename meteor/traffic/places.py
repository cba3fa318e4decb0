"""Points (degrees WGS-84) of typed places, where their words are unambiguous."""

from meteor.territory import gazetteer

Point = tuple[float, float]


def point_of(place: str) -> Point | None:
    """The only point (degrees WGS-84) that a text can mean."""
    hit = gazetteer.sure(place) if place else None
    return (hit.latitude, hit.longitude) if hit else None


def end_of(street: str, place: str) -> Point | None:
    """The end of a stretch: where another street crosses `street`, or else the place itself."""
    return (point_of(f"perempatan {street} - {place}") or point_of(place)) if place else None
