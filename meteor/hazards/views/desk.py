"""The desk of the disaster agency: the list of reports, one report, and what it polls."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import Form

from meteor.accounts.roles import OPERATIONS
from meteor.alerts.labels import reason
from meteor.hazards import ACTS, DESK, blueprint, clusters, labels
from meteor.hazards.desk import Filters, find, history, kelurahan, listing, version, waits_since
from meteor.hazards.desk_forms import IncidentForm, QuestionForm, RejectionForm, ResolutionForm
from meteor.hazards.models import OPEN, WAITING, HazardReport
from meteor.hazards.rules import TARGET
from meteor.store.versions import version_of
from meteor.warnings.hazard_texts import HAZARDS
from meteor.web.access import open_to
from meteor.web.language import locale
from meteor.web.polling import fragment, versioned
from meteor.web.renderings import Renderings

FORMS: dict[str, type[Form]] = {
    "question": QuestionForm, "rejection": RejectionForm, "resolution": ResolutionForm, "incident": IncidentForm,
}  # fmt: skip
"""The form of each decision that has one."""

renderings = Renderings()

_WORDS = {
    "kinds": labels.KINDS, "statuses": labels.STATUSES, "severity": labels.severity,
    "waiting": WAITING, "late_after": int(TARGET.total_seconds()),
}  # fmt: skip


@blueprint.get("/hazards/desk")
@open_to(*DESK)
def desk() -> str:
    wanted = Filters.read(request.args)
    newest = version()
    query: dict[str, Any] = wanted.query
    rows_at = url_for("hazards.desk_rows", **query)
    rows = _rows(newest, wanted)
    return render_template(
        "hazards/desk.html", filters=wanted, version=newest, rows=rows, rows_at=rows_at, kelurahan=kelurahan(), **_WORDS
    )


@blueprint.get("/hazards/desk/rows")
@open_to(*DESK)
@versioned(lambda reader, query: version())
def desk_rows() -> Response:
    """The list, polled. All lists have one version."""
    newest = version()
    return fragment(newest, lambda: _rows(newest, Filters.read(request.args)))


@blueprint.get("/hazards/desk/<number>")
@open_to(*DESK)
def desk_report(number: str) -> str:
    return report_page(get_or_404(number))


@blueprint.get("/hazards/desk/<number>/state")
@open_to(*DESK)
def desk_state(number: str) -> Response:
    """The content of a report and its events, polled."""
    report = get_or_404(number)
    state = _state(report)
    return fragment(state["version"], lambda: render_template("hazards/_desk_state.html", **state))


def get_or_404(number: str) -> HazardReport:
    """The report, or 404."""
    return find(number) or abort(404)


def report_page(report: HazardReport, sent: Form | None = None) -> str:
    """The page of a report; `sent` is a form that came back with a problem."""
    forms = {name: form() for name, form in FORMS.items()}
    forms |= {name: sent for name, form in FORMS.items() if isinstance(sent, form)}
    state, acts = _state(report), current_user.has(*ACTS)
    return render_template(
        "hazards/desk_report.html",
        forms=forms,
        acts=acts,
        candidates=clusters.candidates(report) if report.status in OPEN and not report.same_as else [],
        reason=reason,
        warning_at=_warning_at(report, state["others"]) if acts and report.status == "verified" else None,
        **state,
    )


def _state(report: HazardReport) -> dict[str, Any]:
    incident, others = clusters.incident_of(report), clusters.parts(report)
    messages = history(report, others)
    photos = [photo for each in (report, *others) for photo in each.photos]
    seen = {
        "report": (report.status, report.same_as_id), "messages": [it.id for it in messages],
        "photos": [it.id for it in photos], "parts": [it.number for it in others],
        "incident": (incident.number, incident.status) if incident else None,
    }  # fmt: skip
    return {
        "report": report, "incident": incident, "others": others, "messages": messages, "photos": photos,
        "numbers": {each.id: each.number for each in others}, "version": version_of(seen), "happened": labels.HAPPENED,
        "places": labels.PLACES, "phone": clusters.phone_of(report), "opens_incidents": current_user.has(*OPERATIONS),
        "waits_since": waits_since([report]).get(report.id),
        **_WORDS,
    }  # fmt: skip


def _warning_at(report: HazardReport, others: Sequence[HazardReport]) -> str:
    """The address of the draft of a warning of the hazard. Nothing that its reporters wrote goes along."""
    area = report.kelurahan
    level = max((it.water_level for it in (report, *others) if it.water_level is not None), default=None)
    with force_locale("id"):  # the language that a warning must have
        told = [_("Reported by citizens, verified by BPBD: %(hazard)s.", hazard=labels.KINDS[report.kind])]
        if area:
            told.append(_("Place: Kelurahan %(name)s.", name=area.name))
        if level is not None:
            told.append(_("Water level: about %(level)d cm above the street.", level=level))
    hazard = report.kind if report.kind in HAZARDS else "other"
    values: dict[str, Any] = {"hazard": hazard, "kelurahan": area and area.id, "description": " ".join(told)}
    return url_for("warnings.draft_new", **values)


def _rows(newest: str, wanted: Filters) -> str:
    def render() -> str:
        found = listing(wanted)
        return render_template("hazards/_desk_rows.html", listing=found, filters=wanted, version=newest, **_WORDS)

    return renderings.get(locale(), newest, render) if wanted == Filters() else render()
