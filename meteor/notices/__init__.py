"""Notices on screens and on devices."""

from flask_babel import lazy_gettext as _l

from meteor.config import Settings
from meteor.web.package import Package


def configure(settings: Settings) -> None:
    """Set the key and the contact of push."""
    from meteor.notices import vapid

    vapid.configure(settings.push_key, settings.push_contact)


blueprint = Package(
    __name__,
    configure=configure,
    notices={
        "unpushed": _l("Push notices did not get through to %(service)s in time. They stand on the screens only."),
    },
)
