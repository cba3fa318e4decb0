"""Tests of premises' alarms: begun and ended by the business or the administrator, and asked for once a month."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.premises.models import Premises
from meteor.premises.views.kept import home_of, kept
from meteor.sas import blueprint, monthly, testing
from meteor.sas.models import TestMode, Zone
from meteor.sas.panel_forms import TestForm
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.language import moment

Answer = Response | str | tuple[str, int]


def month_name(month: str) -> str:
    """A month (see monthly.month_of) in words: "November 2026"."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM yyyy")


blueprint.add_app_template_filter(month_name)


@blueprint.get("/premises/<int:premises_id>/tests")
@open_to("admin", "business")
def tests(premises_id: int) -> Answer:
    known = kept(premises_id)
    return _page(known, _form(known, data={"minutes": 30}))


@blueprint.post("/premises/<int:premises_id>/tests")
@open_to("admin", "business")
def begin_test(premises_id: int) -> Answer:
    known = kept(premises_id)
    form = _form(known, formdata=request.form)
    if not form.validate():
        return _page(known, form)
    zone = db.session.get(Zone, form.zone.data) if form.zone.data else None
    try:
        test = testing.begin_test(known, zone, form.length, form.reason.data, now(), current_user)
    except testing.IncidentIsOpen:  # one sentence for every alarm: another one would tell a robber of the silent one
        return conflict(_("No test can begin now. Call the command centre."), _address(known))
    except testing.InTestAlready as already:
        until = moment(already.running.until)
        return conflict(_("This is in test until %(time)s already.", time=until), _address(known))
    db.session.commit()
    flash(_("In test until %(time)s.", time=moment(test.until)), "warning")
    return redirect(_address(known))


@blueprint.post("/premises/<int:premises_id>/tests/<int:test_id>/ending")
@open_to("admin", "business")
def end_test(premises_id: int, test_id: int) -> Response:
    known = kept(premises_id)
    test = db.session.get(TestMode, test_id, populate_existing=True)
    if test is None or test.premises_id != known.id:
        abort(404)
    try:
        testing.end_test(test, now(), current_user)
    except testing.EndedAlready:
        who = test.ended_by.name if test.ended_by else "METEOR"
        words = _("%(who)s has ended this test at %(time)s.", who=who, time=moment(test.ended_at or test.until))
        return conflict(words, _address(known))
    db.session.commit()
    flash(_("The test is over. Alarms send help again."))
    return redirect(_address(known))


def _form(known: Premises, **arguments: object) -> TestForm:
    return TestForm.offering(monthly.active_panels(known), **arguments)


def _page(known: Premises, form: TestForm) -> Answer:
    at, newest = now(), testing.of_premises(known)
    page = render_template(
        "sas/tests.html", premises=known, home=home_of(known), form=form, months=monthly.of_premises(known),
        unheard=monthly.unheard, running=[test for test in newest if not testing.is_over(test, at)],
        past=[test for test in newest if testing.is_over(test, at)],
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _address(known: Premises) -> str:
    return url_for("sas.tests", premises_id=known.id)
