"""The job that ends staging areas with their incidents."""

from meteor.store.work import Job
from meteor.traffic import rules

JOBS = [Job("traffic.areas", 60, rules.end_with_incidents, rules.due)]
