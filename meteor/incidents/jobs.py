"""What comes round among incidents: the chains of alarms that nobody has acknowledged."""

from datetime import datetime

from meteor.incidents import escalation
from meteor.store.work import Job


def escalate(at: datetime) -> bool:
    """Take the steps that are due; whether there may be more of them."""
    return escalation.escalate(at) == escalation.BATCH


JOBS = [Job(escalation.JOB, 1, escalate)]
