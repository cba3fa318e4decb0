"""What comes round in dispatch: offers that ran out, incidents that lack units, what nobody accepts, lost units."""

from datetime import datetime

from meteor.dispatch import offers, overdue
from meteor.store.work import Job


def expire(at: datetime) -> bool:
    """Offers that ran out go to the next nearest; whether there may be more of them."""
    return offers.expire(at) == offers.BATCH


def escalate(at: datetime) -> bool:
    """What nobody accepts goes a step further; whether there may be more of it."""
    return overdue.escalate(at) == offers.BATCH


JOBS = [
    Job("offers.expiry", 1, expire),
    Job("offers.waiting", 1, offers.serve_waiting),
    Job("offers.overdue", 1, escalate),
    Job("units.lost", 30, overdue.report_lost),
]
