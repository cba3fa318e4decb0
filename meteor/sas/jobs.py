"""Jobs of alarm panels: supervision, and monthly tests."""

from meteor.sas import monthly, supervision
from meteor.store.work import Job

JOBS = [
    Job("sas.supervision", 5, supervision.look, supervision.next_missed),
    Job("sas.monthly", 3600, monthly.come_round),
]
