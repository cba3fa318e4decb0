"""The incidents that a number of the pages of crime and load counts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from meteor.incidents.labels import OUTCOMES
from meteor.incidents.models import Incident
from meteor.premises.models import Premises
from meteor.protocols.models import IncidentType
from meteor.statistics import SEES_INCIDENTS, blueprint, load
from meteor.statistics.figure_table import Column, FigureTable, as_csv
from meteor.statistics.heat_cells import middle_of
from meteor.statistics.incident_lists import LISTS, PARTS, UNKNOWN, listed, may_be_listed
from meteor.statistics.labels import month
from meteor.statistics.load_forms import MonthsForm
from meteor.statistics.views.forms import valid
from meteor.store.database import db
from meteor.store.moments import WIB, today
from meteor.territory.admin.imports import as_file
from meteor.territory.models import Kelurahan
from meteor.web.access import open_to
from meteor.web.language import named
from meteor.web.lists import listing

MONDAY = date(2024, 1, 1)


@blueprint.app_template_global()
def links_incidents() -> bool:
    """Return whether the user may follow a number to its incidents."""
    return bool(current_user.has(*SEES_INCIDENTS))


@blueprint.get("/statistics/incidents/<name>")
@open_to(*SEES_INCIDENTS)
def listed_incidents(name: str) -> str:
    """List one of LISTS in the query's months, with the query's values of PARTS; 422 if one cannot be read."""
    form, parts, rows = _asked(name)
    narrowed = {_PARTS[part]: _NAMES[part](value) for part, value in parts.items()}
    sorts = {"opened": Incident.opened_at}
    page = listing(rows, sorts=sorts, filters=("since", "until", *parts), sort="-opened")
    return render_template(
        "statistics/listed_incidents.html", page=page, form=form, month=month, narrowed=narrowed, outcomes=OUTCOMES,
        title=LISTS[name].title, back="crime" if name == "cases" else "load",
        query={"since": form.since.data, "until": form.until.data} | parts, name=name,
    )  # fmt: skip


@blueprint.get("/statistics/incidents/<name>.csv")
@open_to(*SEES_INCIDENTS)
def listed_incidents_file(name: str) -> Response:
    """The same incidents, by second (WIB)."""
    form, _parts, rows = _asked(name)
    columns = (_l("Incident"), _l("Type"), _l("Priority"), _l("Opened"), _l("Closed"), _l("Outcome"))
    lines = [
        [it.number, it.type and named(it.type), f"P{it.priority}", *map(_moment, (it.opened_at, it.closed_at)),
         OUTCOMES.get(it.outcome or "")]
        for it in db.session.scalars(rows.order_by(Incident.opened_at, Incident.id))
    ]  # fmt: skip
    table = FigureTable(name, LISTS[name].title, [Column(heading, "text") for heading in columns], lines)
    return as_file(as_csv(table), f"kejadian-{name}-{form.since.data}-{form.until.data}.csv")


def _asked(name: str) -> tuple[MonthsForm, dict[str, str], Select[Any]]:
    """The months, the values of PARTS, and the incidents."""
    form = valid(MonthsForm(request.args, today()))
    parts = {part: request.args[part] for part in PARTS if part in request.args}
    if not may_be_listed(name, load.span(form.months), parts):
        abort(404)
    for part, value in parts.items():
        if not _NAMES[part](value):
            _refuse(part, value)
    return form, parts, listed(name, load.span(form.months), parts).options(joinedload(Incident.type))


def _moment(at: datetime | None) -> str | None:
    return f"{at.astimezone(WIB):%Y-%m-%d %H:%M:%S}" if at else None


def _refuse(part: str, value: str) -> None:
    unknown = _("“%(value)s” is unknown.", value=value)
    abort(422, f"{_PARTS[part]}: {unknown}")


def _type(code: str) -> str | None:
    type_ = db.session.scalar(select(IncidentType).where(IncidentType.code == code))
    return str(named(type_)) if type_ else None


def _kelurahan(code: str) -> Any:
    if code == UNKNOWN:
        return _l("Place unknown")
    return db.session.scalar(select(Kelurahan.name).where(Kelurahan.code == code))


def _premises(number: str) -> str | None:
    return db.session.scalar(select(Premises.name).where(Premises.id == int(number))) if _below(number, 2**31) else None


def _weekday(number: str) -> str | None:
    return str(format_date(MONDAY.replace(day=1 + int(number)), "EEEE")) if _below(number, 7) else None


def _hour(number: str) -> str | None:
    return f"{int(number):02}–{int(number) + 1:02}" if _below(number, 24) else None


def _cell(name: str) -> str:
    return "{:.4f}, {:.4f}".format(*middle_of(name))


def _below(number: str, end: int) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= len(str(end)) and int(number) < end


_PARTS: Mapping[str, Any] = {
    "type": _l("Type"), "kelurahan": _l("Kelurahan"), "premises": _l("Premises"), "weekday": _l("Day"),
    "hour": _l("Hour"), "cell": _l("Middle"),
}  # fmt: skip
_NAMES: Mapping[str, Callable[[str], Any]] = {
    "type": _type, "kelurahan": _kelurahan, "premises": _premises, "weekday": _weekday, "hour": _hour, "cell": _cell,
}  # fmt: skip
"""The name of a part's value; None of one that cannot be."""
