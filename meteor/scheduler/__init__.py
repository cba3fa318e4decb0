"""What is due by time: jobs, delivery of the outbox; whether METEOR is healthy."""

from flask_babel import lazy_gettext as _l

from meteor.web.package import Package

blueprint = Package(
    __name__,
    notices={
        "disk_low": _l("The disk of %(disk)s has only %(megabytes)d MB left. Free some space soon."),
        "undelivered": _l("A message could not be delivered for a day and was given up: %(topic)s."),
    },
    audit_actions={
        "keys_rotated": _l("Keys rotated"),
        "undelivered": _l("Message not delivered"),
    },
)
