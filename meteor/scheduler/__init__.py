"""Work that is due by time: jobs, delivery of the outbox; and METEOR's health."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.labels import SYSTEM
from meteor.scheduler.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    homes={"admin": "scheduler.home"},
    navigation=[
        NavigationEntry(_l("Jobs"), "scheduler.jobs_list", ("admin",), order=230, group=SYSTEM, in_header=False),
        NavigationEntry(
            _l("Undelivered items"), "scheduler.undelivered", ("admin",), order=240, group=SYSTEM, in_header=False
        ),
    ],
    notices={
        "disk_low": _l("The disk of %(disk)s has only %(megabytes)d MB left. Free some space soon."),
        "undelivered": _l("A message could not be delivered for a day and was given up: %(topic)s."),
    },
    audit_actions={
        "keys_rotated": _l("Keys rotated"),
        "undelivered": _l("Message not delivered"),
    },
    audit_sentences=SENTENCES,
)
