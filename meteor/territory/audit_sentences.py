"""Sentences of the audit log about areas."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "kecamatan_changed": _l("%(who)s changed Kecamatan %(whom)s: %(what)s."),
    "kelurahan_changed": _l("%(who)s changed Kelurahan %(whom)s: %(what)s."),
    "kelurahan_table_imported": _l("%(who)s imported a table of kelurahan: %(added)s added, %(changed)s changed."),
    "boundaries_imported": _l("%(who)s imported boundaries of kelurahan."),
    "rt_added": _l("%(who)s added an RT."),
    "rt_changed": _l("%(who)s changed an RT: %(what)s."),
    "rt_removed": _l("%(who)s removed an RT."),
    "rt_table_imported": _l("%(who)s imported a table of RT: %(added)s added, %(changed)s changed."),
    "landmark_added": _l("%(who)s added the place %(whom)s."),
    "landmark_changed": _l("%(who)s changed the place %(whom)s: %(what)s."),
    "landmark_removed": _l("%(who)s removed the place %(whom)s."),
    "adjacent_authority_changed": _l("%(who)s changed the adjacent authority: %(what)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
