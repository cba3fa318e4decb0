"""Incidents, their escalation and their timelines."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ScalarSelect, select

from meteor.incidents.event_types import EVENT_TYPES
from meteor.web.package import Package


def priority_of(number: ColumnElement[str]) -> ScalarSelect[int]:
    """SQL of the priority of the incident with this number."""
    from meteor.incidents.models import Incident

    return select(Incident.priority).where(Incident.number == number).scalar_subquery()


blueprint = Package(
    __name__,
    event_types=EVENT_TYPES,
    notice_priorities={"incidents": priority_of},
    notices={
        "deadline_missed": _l("A deadline of incident %(number)s was missed by more than an hour. Look at it now."),
        "alarm": _l("Unacknowledged alarm: incident %(number)s."),
        "officer_alarm": _l("OFFICER IN DANGER: %(unit)s, incident %(number)s."),
        "alarm_at": _l("Unacknowledged alarm at %(premises)s: incident %(number)s."),
    },
)
