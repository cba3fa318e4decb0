"""Jobs of warnings: feeds are read, and old warnings forgotten."""

from meteor.store.work import Job
from meteor.warnings import feeds, rules

JOBS = [
    Job("warnings.feeds", feeds.EVERY, feeds.read_all),
    Job("warnings.retention", 3600, rules.forget),
    Job("warning_entries.retention", 3600, feeds.forget),
]
