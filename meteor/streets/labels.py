"""Words about the map of streets."""

from flask_babel import lazy_gettext as _l

OPENSTREETMAP, SKETCH = "openstreetmap", "sketch"

ATTRIBUTIONS = {
    OPENSTREETMAP: _l("© OpenStreetMap contributors"),
    SKETCH: _l("Sketch, not a map"),
}
"""The attribution that every map shows, by the kind of its source. The licence of OpenStreetMap (ODbL) requires it."""
