"""Data exchanged with partners: EIDO, GeoJSON, webhooks."""

from flask_babel import lazy_gettext as _l

from meteor.integrations.audit_sentences import SENTENCES
from meteor.web.package import Package

blueprint = Package(
    __name__,
    audit_actions={
        "webhook_resent": _l("Webhook sent again"),
    },
    audit_sentences=SENTENCES,
)
