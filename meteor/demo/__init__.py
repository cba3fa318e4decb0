"""A demo city with people, units, premises and calls."""

from flask_babel import lazy_gettext as _l

from meteor.demo.audit_sentences import SENTENCES
from meteor.web.package import Package

blueprint = Package(
    __name__,
    audit_actions={
        "demo_city_filled": _l("Demo city filled"),
    },
    audit_sentences=SENTENCES,
)
