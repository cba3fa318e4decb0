"""Jobs and outbox handlers of webhooks."""

from meteor.integrations import webhooks
from meteor.store.work import Job

JOBS = [Job("webhooks.gathering", 1, webhooks.gather, webhooks.due)]
PARTNERS = {webhooks.TOPIC: webhooks.send}
