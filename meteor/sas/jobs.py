"""What comes round among alarm panels: who is missed, and who is asked for the month's test."""

from meteor.sas import monthly, supervision
from meteor.store.work import Job

JOBS = [Job("sas.supervision", 5, supervision.look), Job("sas.monthly", 3600, monthly.come_round)]
