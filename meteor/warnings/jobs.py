"""Jobs of warnings: feeds are read, residents told, and old warnings forgotten."""

from datetime import datetime

from meteor.store.work import Job
from meteor.warnings import feeds, rules, telling


def tell_residents(at: datetime) -> bool:
    """Tell residents of the warnings that hold, and of those that are over; whether there may be more to do."""
    return telling.tell_next(at)


JOBS = [
    Job("warnings.feeds", feeds.EVERY, feeds.read_all),
    Job("warnings.telling", 2, tell_residents, telling.due),
    Job("warnings.settling", 600, telling.settle),
    Job("warnings.retention", 3600, rules.forget),
    Job("warning_entries.retention", 3600, feeds.forget),
]
