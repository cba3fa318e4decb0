"""The roster of an agency, a month at a glance."""

from datetime import datetime, timedelta

from flask import Response, abort, render_template
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from flask_login import current_user

from meteor.rosters import PLANNERS, READERS, blueprint, labels, sick_calls
from meteor.rosters.long_duty import too_long
from meteor.rosters.overview import OfficerRow, overview
from meteor.rosters.rest import LONGEST, REST
from meteor.rosters.strength_facts import gaps_of_month
from meteor.rosters.views.scope import agency_shown, month_asked, shift_types
from meteor.store import sheets
from meteor.store.moments import WIB, now, today
from meteor.territory.admin.imports import as_file
from meteor.web.access import open_to
from meteor.web.language import locale


def hours(time: timedelta) -> str:
    """A length of time in hours, such as 7,5."""
    return format_decimal(_tenths(time), "0.#")


def hour(at: datetime) -> str:
    """The time of day of `at` in WIB: 07.00."""
    return at.astimezone(WIB).strftime("%H.%M" if locale() == "id" else "%H:%M")  # Babel's takes too long 3,000 times


blueprint.add_app_template_filter(hours)
blueprint.add_app_template_filter(hour)


@blueprint.get("/rosters")
@open_to(*READERS)
def month() -> str:
    agency, agencies = agency_shown()
    at = now()
    shown = month_asked()
    plans = current_user.has(*PLANNERS)
    return render_template(
        "rosters/month.html", agency=agency, agencies=agencies, month=shown, today=today(), labels=labels,
        rows=overview(agency, shown, at) if agency else [], types=shift_types(agency) if agency else [],
        plans=plans, sick_calls=sick_calls.reports() if plans else [], title=format_date(shown.first, "MMMM y"),
        gaps=gaps_of_month(agency, shown) if agency else None, too_long={shift.user_id for shift in too_long(at)},
        weekdays=[format_date(day, "EEEEE") for day in shown.days], least_rest=REST, longest=LONGEST,
    )  # fmt: skip


@blueprint.get("/rosters/hours.csv")
@open_to(*READERS)
def hours_file() -> Response:
    """The last columns of the roster: hours planned and worked, jobs, shortest rest, long duties."""
    agency = agency_shown()[0] or abort(404)
    shown = month_asked()
    heads = (
        _("Officer"), _("Hours planned"), _("Hours worked"), _("Jobs accepted"), _("Shortest rest"),
        _("Duties over %(hours)s h", hours=hours(LONGEST)),
    )  # fmt: skip
    rows = [_cells(row) for row in overview(agency, shown, now())]
    table = sheets.written([map(sheets.harmless, cells) for cells in (heads, *rows)])
    return as_file(table, f"jam-{agency.code}-{shown}.csv")


def _cells(row: OfficerRow) -> list[str]:
    rest = "" if row.done.rest is None else _decimal(row.done.rest)
    return [row.name, _decimal(row.planned), _decimal(row.done.worked), str(row.done.jobs), rest, str(row.done.long)]


def _decimal(time: timedelta) -> str:
    """Hours with a comma, as spreadsheets in Indonesia read them."""
    return f"{_tenths(time):.1f}".replace(".", ",")


def _tenths(time: timedelta) -> float:
    """Hours, rounded down: a rest that is too short must not read as one that is long enough."""
    return time // timedelta(minutes=6) / 10
