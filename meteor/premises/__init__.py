"""Premises: places that can raise alarms, with users, contacts and notes for officers."""

from flask_babel import lazy_gettext as _l

from meteor.premises.audit_sentences import FIELDS, SENTENCES
from meteor.web.package import NavigationEntry, Package

PREMISES = _l("Premises and alarm panels")

blueprint = Package(
    __name__,
    navigation=[
        NavigationEntry(_l("My premises"), "premises.index", ("business",), order=130),
        NavigationEntry(_l("Premises"), "premises.all_premises", ("admin",), order=180, group=PREMISES),
    ],
    audit_actions={
        "premises_added": _l("Premises added"),
        "premises_changed": _l("Premises changed"),
        "premises_imported": _l("Table of premises imported"),
        "premises_exported": _l("Premises exported"),
        "contact_added": _l("Contact added"),
        "contact_changed": _l("Contact changed"),
        "contact_removed": _l("Contact removed"),
        "premises_user_added": _l("User may raise alarms"),
        "premises_user_removed": _l("User may raise no more alarms"),
        "picture_added": _l("Picture added"),
        "picture_removed": _l("Picture removed"),
        "pass_phrases_read": _l("Pass phrases read"),
    },
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
    audit_names={"premises": "name"},
    audit_pages={"premises": "/admin/premises/"},
)
