"""The job that deletes old leave."""

from meteor.rosters import absence
from meteor.store.work import Job

JOBS = [Job("leave.retention", 3600, absence.forget)]
