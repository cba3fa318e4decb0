"""Jobs of messages to an RT: residents are told, expired messages ring no more, and old ones are deleted."""

from meteor.broadcasts import rules, telling
from meteor.store.work import Job

JOBS = [
    Job("broadcasts.telling", 2, telling.tell_next, telling.due),
    Job("broadcasts.settling", 30, telling.settle, telling.next_settled),
    Job("broadcasts.retention", 3600, rules.forget),
]
