"""What comes round in the store besides delivery: forgetting what is done."""

from meteor.store import answers, outbox
from meteor.store.work import Job

JOBS = [Job("outbox.retention", 3600, outbox.forget), Job("answers.retention", 3600, answers.forget)]
