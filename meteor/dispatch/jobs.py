"""What comes round in dispatch: offers that ran out, incidents that lack units, what nobody accepts, lost units."""

from meteor.dispatch import offers, overdue
from meteor.store.work import Job

JOBS = [
    Job("offers.expiry", 1, offers.expire),
    Job("offers.waiting", 1, offers.serve_waiting),
    Job("offers.overdue", 1, overdue.escalate),
    Job("units.lost", 30, overdue.report_lost),
]
