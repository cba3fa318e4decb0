"""Daily limits of an account's messages about its alerts. A press is never refused (see alerts.rules)."""

from flask_babel import lazy_gettext as _l

from meteor.store.quotas import Limit

NOTES = Limit("notes", 200, _l("notes"))
POSITIONS = Limit("positions", 5000, _l("positions"))
PLACES = Limit("places", 200, _l("calls for help at another place"))
"""Beyond it “I need help here” still rings, and keeps nothing."""

KINDS = Limit("kinds", 200, _l("changes of the kind"))
CANCELLATIONS = Limit("cancellations", 200, _l("cancellations"))
RATINGS = Limit("ratings", 100, _l("ratings"))
DRILLS = Limit("drills", 50, _l("trials of the button"))
