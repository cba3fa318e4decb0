"""Jobs of the safety of officers."""

from meteor.store.work import Job
from meteor.welfare import checks, following

JOBS = [
    Job("officers.position", 15, following.follow_units, following.due),
    Job("officers.welfare", 15, checks.check, checks.due),
]
