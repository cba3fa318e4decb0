"""Job of shifts of users who are no officers any more."""

from meteor.agencies import membership
from meteor.store.work import Job

JOBS = [Job("shifts.disabled", 5, membership.end_shifts_of_disabled, membership.due)]
