"""Jobs of the store: deletion of finished items, and the audit chain."""

from meteor.store import answers, audit_chain, outbox, quotas
from meteor.store.work import Job

JOBS = [
    Job("outbox.retention", 3600, outbox.forget),
    Job("answers.retention", 3600, answers.forget),
    Job("quotas.retention", 3600, quotas.forget),
    Job("audit.chain", 5, audit_chain.extend, audit_chain.due),
]
