"""Jobs of dispatch: expired offers, incidents with a shortfall, escalation, units without a position."""

from meteor.dispatch import overdue
from meteor.store.work import Job

JOBS = [
    Job("offers.expiry", 1, overdue.expire),
    Job("offers.waiting", 1, overdue.serve_waiting),
    Job("offers.overdue", 1, overdue.escalate),
    Job("units.lost", 30, overdue.report_lost),
]
