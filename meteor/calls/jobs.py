"""Job of stalled claims of calls."""

from meteor.calls import holding
from meteor.store.work import Job

JOBS = [Job("calls.stalled", 1, holding.release_stalled, holding.next_stalled)]
