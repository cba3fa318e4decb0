"""The job of the response times."""

from meteor.statistics import rollup
from meteor.store.work import Job

JOBS = [Job("statistics.response_times", 60, rollup.extend, rollup.due)]
