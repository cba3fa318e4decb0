"""What comes round among incidents: the chains of alarms that nobody has acknowledged."""

from meteor.incidents import escalation
from meteor.store.work import Job

JOBS = [Job(escalation.JOB, 1, escalation.escalate)]
