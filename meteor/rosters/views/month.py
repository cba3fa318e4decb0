"""The roster of an agency, a month at a glance."""

from datetime import datetime, timedelta

from flask import render_template, request
from flask_babel import format_date, format_decimal
from flask_login import current_user

from meteor.rosters import PLANNERS, READERS, blueprint, labels, sick_calls
from meteor.rosters.long_duty import too_long
from meteor.rosters.months import Month
from meteor.rosters.overview import overview
from meteor.rosters.strength_facts import gaps_of_month
from meteor.rosters.views.scope import agency_shown, shift_types
from meteor.store.moments import WIB, now, today
from meteor.web.access import open_to
from meteor.web.language import locale


def hours(time: timedelta) -> str:
    """A length of time in hours, such as 7,5."""
    return format_decimal(time.total_seconds() / 3600, "0.#")


def hour(at: datetime) -> str:
    """The time of day of `at` in WIB: 07.00."""
    return at.astimezone(WIB).strftime("%H.%M" if locale() == "id" else "%H:%M")  # Babel's takes too long 3,000 times


blueprint.add_app_template_filter(hours)
blueprint.add_app_template_filter(hour)


@blueprint.get("/rosters")
@open_to(*READERS)
def month() -> str:
    agency, agencies = agency_shown()
    shown = Month.read(request.args.get("month", ""))
    plans = current_user.has(*PLANNERS)
    return render_template(
        "rosters/month.html", agency=agency, agencies=agencies, month=shown, today=today(), labels=labels,
        rows=overview(agency, shown) if agency else [], types=shift_types(agency) if agency else [],
        plans=plans, sick_calls=sick_calls.reports() if plans else [], title=format_date(shown.first, "MMMM y"),
        gaps=gaps_of_month(agency, shown) if agency else None, too_long={shift.user_id for shift in too_long(now())},
        weekdays=[format_date(day, "EEEEE") for day in shown.days],
    )  # fmt: skip
