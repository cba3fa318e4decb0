"""What comes round in the outbox besides delivery: forgetting what is done."""

from meteor.store import outbox
from meteor.store.work import Job

JOBS = [Job("outbox.retention", 3600, outbox.forget)]
