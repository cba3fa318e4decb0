"""Users, their roles, sessions and second factors; the audit log's page."""

from flask_babel import lazy_gettext as _l

from meteor.config import Settings
from meteor.web.package import NavigationEntry, Package


def configure(settings: Settings) -> None:
    """Set the gateway of messages to phones."""
    from meteor.accounts import gateway

    gateway.configure(settings.gateway)


blueprint = Package(
    __name__,
    configure=configure,
    homes={"admin": "accounts.users"},
    navigation=[
        NavigationEntry(_l("Users"), "accounts.users", ("admin",), order=140),
        NavigationEntry(_l("Audit log"), "accounts.audit_entries", ("admin",), order=220),
    ],
)
