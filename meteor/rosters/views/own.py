"""An officer's own shifts, and the private calendar."""

from urllib.parse import urljoin

from flask import Response, abort, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.agencies.membership import agency_of
from meteor.rosters import blueprint, calendar, labels, open_swaps, sick_calls
from meteor.rosters.duty_figures import DutyFigures, duty_figures
from meteor.rosters.own import own_months, rest_ahead, running_or_next
from meteor.rosters.rest import LONGEST, REST
from meteor.rosters.sick_call_form import SickCallForm
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import open_to, open_to_everyone
from meteor.web.edits import Answer, done
from meteor.web.throttle import limiter

FETCHED = "30 per minute"
"""Requests for one address of a calendar."""

ADDRESSES = Limit("roster_calendars", 20, _l("new addresses of a calendar"))
SICK_CALLS = Limit("sick_calls", 10, _l("sick reports"))


def _token() -> str:
    return str((request.view_args or {})["token"])


@blueprint.get("/rosters/own")
@open_to("officer")
def own_shifts() -> str:
    return _page()


@blueprint.post("/rosters/own/sickness")
@open_to("officer")
def report_sick() -> Answer:
    """Tell the supervisors. It cancels no shift: the planner records the leave."""
    agency, form = agency_of(current_user) or abort(404), SickCallForm(request.form)
    if not form.validate():
        return _page(form=form), 422
    quotas.spend(f"user:{current_user.id}", SICK_CALLS, now())
    if not sick_calls.report(current_user, agency, form.first_day.data, form.last_day.data, now()):
        form.first_day.errors = [_("Your leave on these days is recorded already.")]
        return _page(form=form), 422
    return done(
        _("Your supervisors are told. Your shifts stay planned until they have recorded your leave."),
        url_for(".own_shifts"),
    )


@blueprint.post("/rosters/own/calendar")
@open_to("officer")
def renew_calendar() -> Answer:
    """Make the calendar's address, or a new one. It is in no other answer: only its hash is kept."""
    quotas.spend(f"user:{current_user.id}", ADDRESSES, now())
    token = calendar.renew(current_user, now())
    db.session.commit()
    return _page(urljoin(request.host_url, url_for(".calendar_feed", token=token))), 201


@blueprint.post("/rosters/own/calendar/removal")
@open_to("officer")
def revoke_calendar() -> Answer:
    calendar.revoke(current_user)
    return done(_("The calendar address is revoked."), url_for(".own_shifts"))


@blueprint.get("/rosters/calendar/<token>.ics")
@open_to_everyone
@limiter.limit(FETCHED, key_func=_token)
def calendar_feed(token: str) -> AnyResponse:
    """The shifts of the officer whose calendar has this token, for calendar programs; 404 for another."""
    user = calendar.owner_of(token) or abort(404)
    with force_locale(user.language):
        name = _("Duty roster METEOR")
    answer = Response(calendar.icalendar(calendar.shifts_in_calendar(user, now()), name), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.add_etag()
    return answer.make_conditional(request)


def _page(address: str = "", form: SickCallForm | None = None) -> str:
    at = now()
    months = own_months(current_user.id, at)
    following = running_or_next(current_user.id, at)
    done = duty_figures([current_user.id], months[0].month, at).get(current_user.id, DutyFigures())
    mine = open_swaps.of_officer(current_user.id, at)
    return render_template(
        "rosters/own.html", months=months, following=following, address=address, labels=labels, at=at,
        known=calendar.calendar_of(current_user), form=form or SickCallForm(),
        reported=sick_calls.reported(current_user.id), swaps=mine,
        done=done, rest=rest_ahead(current_user.id, at), least_rest=REST, longest=LONGEST,
        promised={swap.shift_id for swap in mine} | {swap.return_shift_id for swap in mine if swap.status == "agreed"},
    )  # fmt: skip
