"""Incidents, their escalation and their timelines."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ScalarSelect, select

from meteor.incidents.event_types import EVENT_TYPES
from meteor.web.package import Package


def priority_of(number: ColumnElement[str]) -> ScalarSelect[int]:
    """SQL of the priority of the incident with this number."""
    from meteor.incidents.models import Incident

    return select(Incident.priority).where(Incident.number == number).scalar_subquery()


def subjects_of(numbers: Collection[str]) -> dict[str, str]:
    """Return how notices name the incidents with these numbers; without those that they say the number alone of."""
    from meteor.incidents.notice_subjects import names

    return names(numbers)


blueprint = Package(
    __name__,
    event_types=EVENT_TYPES,
    first_notices={"officer_alarm": 0},
    notice_priorities={"incidents": priority_of},
    notice_subjects={"incidents": subjects_of},
    notices={
        "deadline_missed": _l("%(incident)s: a deadline was missed by more than an hour. Look at it now."),
        "alarm": _l("%(incident)s: unacknowledged alarm"),
        "officer_alarm": _l("%(incident)s: OFFICER IN DANGER, %(unit)s"),
        "alarm_at": _l("%(incident)s: unacknowledged alarm at %(premises)s"),
    },
)
