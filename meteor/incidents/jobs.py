"""The job of escalation."""

from meteor.incidents import escalation
from meteor.store.work import Job

JOBS = [Job(escalation.JOB, 1, escalation.escalate, escalation.next_step)]
