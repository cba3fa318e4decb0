"""Notices on screens and on devices."""

from meteor.config import Settings
from meteor.web.package import Package


def configure(settings: Settings) -> None:
    """Set the key and the contact of push."""
    from meteor.notices import vapid

    vapid.configure(settings.push_key, settings.push_contact)


blueprint = Package(__name__, configure=configure)
