"""Jobs of the safety of officers."""

from meteor.store.work import Job
from meteor.welfare import following

JOBS = [Job("officers.position", 15, following.follow_units)]
