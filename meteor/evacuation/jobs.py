"""The job that deletes answers of residents."""

from meteor.evacuation import rules
from meteor.store.work import Job

JOBS = [Job("safety.retention", 3600, rules.forget)]
