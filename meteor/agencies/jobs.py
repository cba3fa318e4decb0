"""What comes round among agencies: shifts of officers who were shut out."""

from meteor.agencies import membership
from meteor.store.work import Job

JOBS = [Job("shifts.disabled", 5, membership.end_shifts_of_disabled)]
