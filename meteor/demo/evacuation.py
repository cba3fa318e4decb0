"""The demo city's gathering points and a route: a sketch that says so, not the city's evacuation plan."""

from meteor.evacuation.models import EvacuationRoute, GatheringPoint
from meteor.store.database import db

NOTE = "Contoh untuk kota demo, bukan titik kumpul resmi."

_AWAY_FROM_THE_SEA = ("flood", "tidal_flood", "earthquake", "tsunami", "fire")
_EVERYTHING = (*_AWAY_FROM_THE_SEA, "strong_wind", "landslide", "eruption")

# name, degrees WGS-84, room for people, hazards
_POINTS = (
    ("Contoh: Alun-alun Probolinggo", (-7.7447, 113.2157), 2000, ("earthquake", "fire", "tidal_flood")),
    ("Contoh: Stadion Bayuangga", (-7.7585, 113.2222), 5000, _AWAY_FROM_THE_SEA),
    ("Contoh: Halaman Kantor Wali Kota", (-7.7514, 113.2163), 800, ("flood", "tidal_flood", "earthquake", "fire")),
    ("Contoh: Terminal Bayuangga", (-7.7676, 113.1812), 1500, _AWAY_FROM_THE_SEA),
    ("Contoh: Halaman Kantor Polsek Wonoasih", (-7.7985, 113.2110), 400, _EVERYTHING),
)

_ROUTE = [[-7.7312, 113.2218], [-7.7388, 113.2205], [-7.7447, 113.2203], [-7.7519, 113.2205], [-7.7585, 113.2222]]
"""Points from the harbour in Mayangan to the stadium."""


def build() -> None:
    """Add the points, and a route from the harbour to the stadium."""
    points = [
        GatheringPoint(name=name, latitude=at[0], longitude=at[1], capacity=room, safe_from=[*hazards], note=NOTE)
        for name, at, room, hazards in _POINTS
    ]
    route = EvacuationRoute(name="Contoh: Pelabuhan Mayangan ke Stadion", line=_ROUTE, point=points[1], note=NOTE)
    db.session.add_all([*points, route])
