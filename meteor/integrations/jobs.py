"""What comes round between METEOR and its partners: telling them what becomes of their incidents."""

from meteor.integrations import webhooks
from meteor.store.work import Job

JOBS = [Job("webhooks.gathering", 1, webhooks.gather)]
PARTNERS = {webhooks.TOPIC: webhooks.send}
