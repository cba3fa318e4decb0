"""Jobs of dispatch: expired offers, incidents with a shortfall, escalation, units without a position."""

from meteor.dispatch import lost_units, overdue
from meteor.store.work import Job

JOBS = [
    Job("offers.expiry", 1, overdue.expire, overdue.next_expiry),
    Job("offers.waiting", 1, overdue.serve_waiting, overdue.next_served),
    Job("offers.overdue", 1, overdue.escalate, overdue.next_step),
    Job("units.lost", 30, lost_units.report, lost_units.due),
]
