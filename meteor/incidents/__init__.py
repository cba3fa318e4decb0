"""Incidents, their escalation and their timelines."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ScalarSelect, select

from meteor.incidents.event_types import EVENT_TYPES
from meteor.web.package import Package


def priority_of(number: ColumnElement[str]) -> ScalarSelect[int]:
    """SQL of the priority of the incident with this number."""
    from meteor.incidents.models import Incident

    return select(Incident.priority).where(Incident.number == number).scalar_subquery()


def subject_of(number: str) -> str:
    """Return how a notice names the incident with this number; empty where it says its number alone."""
    from meteor.incidents.notice_subjects import find

    return find(number)


blueprint = Package(
    __name__,
    event_types=EVENT_TYPES,
    notice_priorities={"incidents": priority_of},
    notice_subjects={"incidents": subject_of},
    notices={
        "deadline_missed": _l("%(incident)s: a deadline was missed by more than an hour. Look at it now."),
        "alarm": _l("%(incident)s: unacknowledged alarm"),
        "officer_alarm": _l("OFFICER IN DANGER: %(unit)s, incident %(number)s."),
        "alarm_at": _l("Unacknowledged alarm at %(premises)s: incident %(number)s."),
    },
)
