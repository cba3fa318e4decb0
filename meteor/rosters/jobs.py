"""Jobs of rosters: warnings of too few officers and of those on duty for too long, and deleting old leave."""

from meteor.rosters import absence, strength_warnings
from meteor.store.work import Job

JOBS = [
    Job("rosters.strength", 60, strength_warnings.warn),
    Job("leave.retention", 3600, absence.forget),
]
