"""A citizen's own reports: what became of them, and what their reporter says about them."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from meteor.accounts.models import User
from meteor.accounts.roles import ROLES
from meteor.dispatch.response import response_to
from meteor.hazards import blueprint, labels, rules
from meteor.hazards.forms import MessageForm
from meteor.hazards.limits import MESSAGES
from meteor.hazards.models import OPEN, WAITING, HazardReport
from meteor.hazards.photos import MOST_AT_ONCE, MOST_BYTES_OF_FORM, MOST_PHOTOS
from meteor.hazards.views.uploads import read_uploads, ticket_of
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.territory.labels import place_lines
from meteor.web.access import open_to, open_to_everyone
from meteor.web.bodies import takes_bytes
from meteor.web.form_keys import answered_before, sent_before
from meteor.web.lists import listing
from meteor.web.polling import fragment


@blueprint.get("/hazards")
@open_to_everyone
def own_reports() -> str | Response:
    if not current_user.is_authenticated:
        return redirect(url_for(".new_report"), 303)
    mine = select(HazardReport).where(HazardReport.reporter_id == current_user.id)
    found = listing(mine, sorts={"reported": HazardReport.reported_at}, sort="-reported")
    return render_template("hazards/reports.html", page=found, labels=labels)


@blueprint.get("/hazards/reports/<uuid:report_id>")
@open_to(*ROLES)
def own_report(report_id: UUID) -> str:
    return page(_own(report_id))


@blueprint.get("/hazards/reports/<uuid:report_id>/state")
@open_to(*ROLES)
def own_state(report_id: UUID) -> Response:
    return state(_own(report_id))


@blueprint.post("/hazards/reports/<uuid:report_id>/messages")
@open_to(*ROLES)
@takes_bytes(MOST_BYTES_OF_FORM)
def tell(report_id: UUID) -> Response:
    return answer_message(_own(report_id), f"user:{current_user.id}", _user())


@blueprint.post("/hazards/reports/<uuid:report_id>/withdrawal")
@open_to(*ROLES)
def withdraw(report_id: UUID) -> Response:
    return answer_withdrawal(_own(report_id), _user())


def page(report: HazardReport, form: MessageForm | None = None, kept: Sequence[str] = ()) -> str:
    """The report's page for its reporter. Its forms go to the addresses below its own. `kept` are tickets of photos."""
    return render_template("hazards/shown.html", form=form or MessageForm(), kept=kept, **page_values(report))


def state(report: HazardReport) -> Response:
    """The status and the events of the report, polled. No text is typed in it, so that none is lost.

    A question that was asked meanwhile leads to the page anew, where the form is open.
    """
    values = page_values(report)
    values["answer_at"] = values["at"]
    return fragment(values["version"], lambda: render_template("hazards/_shown_state.html", **values))


def page_values(report: HazardReport) -> dict[str, Any]:
    """Template values of a report."""
    question = next((each for each in reversed(report.messages) if each.kind == "asked"), None)
    alert = report.alert
    at = address_of(report)
    helped = response_to(alert.incident).state if alert else ""
    seen = {"status": report.status, "messages": [each.id for each in report.messages], "help": helped}
    goes_on = report.status in OPEN
    return {
        "version": version_of(seen),
        "every": 10 if goes_on or helped not in ("", "closed") else 0,
        "report": report,
        "labels": labels,
        "at": at,
        "answer_at": "#tell",
        "photos_at": f"{at}/photos" if report.reporter_id is None else "/hazards/photos",
        "place": place_lines({"words": report.place} if report.place else {}, report.kelurahan, True, None),
        "question": question if report.status == "asked" else None,
        "waiting": WAITING,
        "help": helped,
        "may_tell": goes_on,
        "may_withdraw": rules.may_withdraw(report),
        "most": MOST_AT_ONCE,
        "target": int(rules.TARGET.total_seconds()) // 60,
    }


def address_of(report: HazardReport) -> str:
    """The address of the page that is shown now: the reporter's own, or the link."""
    token = (request.view_args or {}).get("token")
    return url_for(".follow", token=token) if token else url_for(".own_report", report_id=report.id)


def answer_message(report: HazardReport, owner: str, actor: User | None) -> Response:
    """Keep what a reporter says, and lead back."""
    form, at, back = _posted(), now(), address_of(report)
    if (before := answered_before(back, owner)) or report.status not in OPEN:
        return before or _too_late(back)
    quotas.spend(owner, MESSAGES, at)
    report_id, valid = report.id, form.validate()
    db.session.commit()  # a try counts, since its photos are drawn
    most = min(MOST_AT_ONCE, MOST_PHOTOS - len(report.photos))
    uploads = read_uploads(form.photos.data, form.kept, report_id, at, most)
    if before := sent_before(back, owner):
        return before
    report = db.session.get_one(HazardReport, report_id)
    if not valid or (uploads.problems and not uploads.stored and not form.text.data):
        form.photos.errors = [*form.photos.errors, *uploads.problems]
        return make_response(page(report, form, [ticket_of(photo, report_id) for photo in uploads.stored]), 422)
    try:
        rules.add(report, cast(str, form.text.data or "").strip(), uploads.stored, at, actor)
    except rules.Closed:
        return _too_late(back)
    db.session.commit()
    for problem in uploads.problems:
        flash(problem, "warning")
    flash(_("BPBD has your message."))
    return redirect(back, 303)


def answer_withdrawal(report: HazardReport, actor: User | None) -> Response:
    """Take a report back, and lead back."""
    back = address_of(report)
    try:
        rules.withdraw(report, now(), actor)
    except rules.Closed:
        return _too_late(back)
    db.session.commit()
    flash(_("Your report was taken back."))
    return redirect(back, 303)


def _posted() -> MessageForm:
    form = MessageForm(request.form)
    form.photos.data = [file for file in request.files.getlist("photos") if file.filename]
    form.kept = request.form.getlist("kept")
    return form


def _own(report_id: UUID) -> HazardReport:
    return rules.find(current_user, report_id) or abort(404)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _too_late(back: str) -> Response:
    flash(_("This report has been decided already. Report again if the hazard is still there, or call 112."), "warning")
    return redirect(back, 303)
