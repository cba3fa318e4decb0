"""Limits of what one tracker may add in a day."""

from flask_babel import lazy_gettext as _l

from meteor.store.quotas import Limit

FIXES = Limit("tracker_fixes", 20_000, _l("points of a trail"))
"""Limit above one point in 5 s. Beyond it the unit still moves, and its trail has a gap."""
