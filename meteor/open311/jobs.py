"""Jobs and outbox handlers of forwarding: hazards go out, their status comes back."""

from meteor.open311 import forwarding, forwarding_queue, forwarding_status
from meteor.store.work import Job

JOBS = [
    Job("open311.forwarding", forwarding_queue.EVERY, forwarding_queue.gather, forwarding_queue.due),
    Job("open311.status", forwarding_status.EVERY, forwarding_status.gather),
]
PARTNERS = {forwarding_queue.TOPIC: forwarding.send, forwarding_status.TOPIC: forwarding_status.check}
