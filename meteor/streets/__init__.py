"""Streets, railways, water and coast: what the city's map shows, and the names by which streets are found."""

from flask_babel import lazy_gettext as _l

from meteor.streets.audit_sentences import SENTENCES
from meteor.web.package import Package

blueprint = Package(
    __name__,
    audit_actions={
        "streets_imported": _l("Map of streets imported"),
    },
    audit_sentences=SENTENCES,
)
