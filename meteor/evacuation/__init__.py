"""Gathering points and routes to them, and the residents who say that they are safe."""

from flask_babel import lazy_gettext as _l

from meteor.evacuation.audit_sentences import SENTENCES
from meteor.territory import PLACES
from meteor.web.package import NavigationEntry, Package

PLANNERS = ("hazard_officer", "admin")
"""Roles that change gathering points and routes."""

COUNT_READERS = ("hazard_officer", "dispatcher", "supervisor")
"""Roles that read the numbers of residents who are safe or need help, without names."""

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Who is safe"), "evacuation.city_safety", COUNT_READERS, order=46, in_header=False),
        NavigationEntry(_l("Gathering points"), "evacuation.points", ("hazard_officer",), order=47),
        NavigationEntry(_l("Who is safe"), "evacuation.safety_of_rt", ("rt_leader",), order=75),
        NavigationEntry(
            _l("Gathering points"), "evacuation.points", ("admin",), order=206, group=PLACES, in_header=False
        ),
    ],
    audit_actions={
        "gathering_point_added": _l("Gathering point added"),
        "gathering_point_changed": _l("Gathering point changed"),
        "gathering_point_removed": _l("Gathering point removed"),
        "evacuation_route_added": _l("Evacuation route added"),
        "evacuation_route_changed": _l("Evacuation route changed"),
        "evacuation_route_removed": _l("Evacuation route removed"),
    },
    audit_sentences=SENTENCES,
    audit_names={"gathering_points": "name", "evacuation_routes": "name"},
    audit_pages={"gathering_points": "/evacuation/points/", "evacuation_routes": "/evacuation/routes/"},
)
