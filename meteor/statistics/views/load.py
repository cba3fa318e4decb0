"""Load: reports, noise, false alarms, busiest hours, repeat addresses, and how fast was answered."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from flask import Response, abort, render_template, request
from flask_login import current_user

from meteor.accounts.roles import COMMAND
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.sas.testing import LONGEST
from meteor.statistics import READERS, SEES_INCIDENTS, blueprint, load_page
from meteor.statistics.false_alarm_sources import first_sources, has_panel
from meteor.statistics.figure_table import as_csv
from meteor.statistics.heat_map import heat_map
from meteor.statistics.labels import month
from meteor.statistics.load import false_alarms_at
from meteor.statistics.load_forms import MonthsForm
from meteor.statistics.load_page import TABLES
from meteor.statistics.load_statistics import Load
from meteor.statistics.views.forms import valid
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.territory.admin.imports import as_file
from meteor.web.access import open_to
from meteor.web.edits import get_or_404

SEEN_BY = {"places": COMMAND, "cells": SEES_INCIDENTS}
"""Roles that alone see a table."""


@blueprint.get("/statistics/load")
@open_to(*READERS)
def load_figures() -> str | tuple[str, int]:
    form = MonthsForm(request.args, today())
    if not form.validate():
        return render_template("statistics/load.html", form=form, tables={}), 422
    shown = Load(form.months, now())
    tables = {name: TABLES[name](shown) for name in _names()}
    return render_template(
        "statistics/load.html", form=form, tables=tables, charts=load_page, month=month,
        heat=heat_map(shown.heat) if "cells" in tables else None,
        letter="/statistics/load/false-alarms" if current_user.has(*SEES_INCIDENTS) else "",
    )  # fmt: skip


@blueprint.get("/statistics/load/<name>.csv")
@open_to(*READERS)
def load_file(name: str) -> Response:
    """Send the table of this name as CSV, for the query's months."""
    if name not in _names():
        abort(404)
    form = valid(MonthsForm(request.args, today()))
    table = TABLES[name](Load(form.months, now()))
    return as_file(as_csv(table), f"beban-{name}-{form.since.data}-{form.until.data}.csv")


@blueprint.get("/statistics/load/false-alarms/<int:premises_id>")
@open_to(*SEES_INCIDENTS)
def false_alarm_letter(premises_id: int) -> str:
    """A letter to the owner of premises about their false alarms in the query's months, to be read before printing."""
    return _letter(premises_id)[0]


@blueprint.post("/statistics/load/false-alarms/<int:premises_id>/printout")
@open_to(*SEES_INCIDENTS)
def false_alarm_printout(premises_id: int) -> str:
    """The letter as it is printed on A4. The audit log has who printed it, and of which months."""
    page, form, alarms = _letter(premises_id, printed=True)
    months = {"since": form.since.data, "until": form.until.data}
    audit.record(current_user, "false_alarm_letter_printed", f"premises:{premises_id}", alarms=len(alarms), **months)
    db.session.commit()
    return page


def _letter(premises_id: int, *, printed: bool = False) -> tuple[str, MonthsForm, Sequence[Incident]]:
    """The page of a letter, with the months and the false alarms that it is about; 404 without any."""
    form = valid(MonthsForm(request.args, today()))
    premises = get_or_404(Premises, premises_id)
    at = now()
    alarms = false_alarms_at(premises, Load(form.months, at).span)
    if not alarms:
        abort(404)
    page = render_template(
        "statistics/false_alarm_letter.html", form=form, premises=premises, alarms=alarms, month=month, at=at,
        sources=first_sources(alarms), has_panel=has_panel(premises), printed=printed,
        longest_test=LONGEST // timedelta(hours=1),
    )  # fmt: skip
    return page, form, alarms


def _names() -> Collection[str]:
    """The names of the tables that the user may see."""
    return [name for name in TABLES if current_user.has(*SEEN_BY.get(name, READERS))]
