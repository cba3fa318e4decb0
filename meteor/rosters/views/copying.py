"""The page that copies a week of a roster, after a preview."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from meteor.agencies.models import Agency
from meteor.rosters import PLANNERS, blueprint, labels, week_copy
from meteor.rosters.forms import WeekCopyForm
from meteor.rosters.months import monday_of
from meteor.rosters.views.scope import agency_or_404, month_page
from meteor.rosters.week_copy import WEEK, WeekCopy
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.web.access import open_to
from meteor.web.edits import SEEN, Answer


@blueprint.get("/rosters/week-copy")
@open_to(*PLANNERS)
def copy_week() -> Answer:
    """The preview, once `source` and `target` stand in the query."""
    agency, form = agency_or_404(), _form(request.args)
    week = _preview(agency, form) if "source" in request.args else None
    return _page(form, agency, week)


@blueprint.post("/rosters/week-copy")
@open_to(*PLANNERS)
def do_copy_week() -> Answer:
    """Plan what the preview said. If that has changed meanwhile, the new preview is shown and nothing is planned."""
    agency, form = agency_or_404(), _form(request.form)
    week = _preview(agency, form)
    if week is None:
        return _page(form, agency, None)
    if request.form.get(SEEN) != week.version:
        form.form_errors.append(_("The roster has changed meanwhile. Check the preview again."))
        return _page(form, agency, week)
    number = week_copy.copy(week, now(), current_user)
    db.session.commit()
    flash(_("Planned shifts: %(number)s. Left out: %(left)s.", number=number, left=len(week.left_out)))
    return redirect(month_page(agency, week.target))


def _form(typed: Any) -> WeekCopyForm:
    this = monday_of(today())
    return WeekCopyForm(typed if "source" in typed else None, data={"source": this, "target": this + WEEK})


def _preview(agency: Agency, form: WeekCopyForm) -> WeekCopy | None:
    if not form.validate():
        return None
    return week_copy.preview(agency, monday_of(form.source.data), monday_of(form.target.data), now())


def _page(form: WeekCopyForm, agency: Agency, week: WeekCopy | None) -> Answer:
    back = month_page(agency, week.target if week else today())
    page = render_template(
        "rosters/week_copy.html",
        form=form,
        agency=agency,
        week=week,
        back=back,
        six_days=timedelta(days=6),
        labels=labels,
    )
    return page, 422 if form.errors else 200
