"""Kecamatan, kelurahan, RW, RT, landmarks: areas, their names and their map."""

from flask_babel import lazy_gettext as _l

from meteor.territory.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

PLACES = _l("Places")

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("Areas"), "territory.kelurahan_list", ("admin",), order=200, group=PLACES),
        NavigationEntry(
            _l("Known places"), "territory.landmarks", ("admin",), order=202, group=PLACES, in_header=False
        ),
        NavigationEntry(
            _l("Outside the city"),
            "territory.edit_adjacent_authority",
            ("admin",),
            order=204,
            group=PLACES,
            in_header=False,
        ),
    ],
    audit_actions={
        "kecamatan_changed": _l("Kecamatan changed"),
        "kelurahan_changed": _l("Kelurahan changed"),
        "kelurahan_table_imported": _l("Table of kelurahan imported"),
        "boundaries_imported": _l("Boundaries imported"),
        "rt_added": _l("RT added"),
        "rt_changed": _l("RT changed"),
        "rt_removed": _l("RT removed"),
        "rt_table_imported": _l("Table of RT imported"),
        "landmark_added": _l("Known place added"),
        "landmark_changed": _l("Known place changed"),
        "landmark_removed": _l("Known place removed"),
        "adjacent_authority_changed": _l("Adjacent authority changed"),
    },
    audit_sentences=SENTENCES,
    audit_names={"kecamatan": "name", "kelurahan": "name", "landmarks": "name"},
    audit_pages={
        "kecamatan": "/admin/areas/kecamatan/",
        "kelurahan": "/admin/areas/kelurahan/",
        "rt": "/admin/areas/rt/",
        "landmarks": "/admin/areas/landmarks/",
    },
)
