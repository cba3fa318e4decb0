"""Jobs of rosters: warnings of strength, what ends with shifts, and retention."""

from meteor.rosters import absence, shift_notices, shift_retention, sick_calls, strength_warnings, swaps
from meteor.store.work import Job

JOBS = [
    Job("rosters.strength", 60, strength_warnings.warn),
    Job("rosters.notices", 60, shift_notices.end_over),
    Job("rosters.swaps", 60, swaps.end_over),
    Job("rosters.sick_calls", 600, sick_calls.end_over),
    Job("leave.retention", 3600, absence.forget),
    Job("planned_shifts.retention", 3600, shift_retention.forget),
]
