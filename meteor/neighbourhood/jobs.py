"""Outbox handler of the neighbourhood."""

from meteor.incidents import timeline
from meteor.neighbourhood import rules
from meteor.store.work import Job

JOBS: list[Job] = []
HANDLERS = {timeline.VISIBILITY_CHANGED: rules.notify}
