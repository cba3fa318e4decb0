"""The form of a report, and its receipt."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from meteor.hazards import blueprint, labels, places, rules
from meteor.hazards.forms import ReportForm, ReportWithoutAccountForm
from meteor.hazards.limits import OF_PHONE, PACE, REPORTS, WITHOUT_ACCOUNT
from meteor.hazards.models import HazardReport
from meteor.hazards.photos import MOST_AT_ONCE, MOST_BYTES
from meteor.hazards.rules import IncomingHazard
from meteor.hazards.views.following import link_to
from meteor.hazards.views.uploads import Uploads, taken, ticket_of
from meteor.residents.views.own import network_here, phone_tried
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to_everyone, wants_json
from meteor.web.device_cookie import device, name_device
from meteor.web.errors import refused
from meteor.web.throttle import limiter


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(error: RequestEntityTooLarge) -> Response:
    most = MOST_BYTES // 1_000_000
    error.description = _("The photos are too large. Send at most %(mb)d MB together. In danger call 112.", mb=most)
    return refused(error)


def _signed_in() -> bool:
    return bool(current_user.is_authenticated)


@blueprint.get("/hazards/new")
@open_to_everyone
def new_report() -> str:
    if not _signed_in():
        name_device()
    return _page(_form(None), uuid4())


@blueprint.post("/hazards")
@open_to_everyone
@limiter.limit(OF_PHONE, key_func=phone_tried, exempt_when=lambda: _signed_in() or not phone_tried())
@limiter.limit(PACE, key_func=network_here, exempt_when=_signed_in)
def report() -> Response:
    form, at = _form(request.form), now()
    form.photos.data = request.files.getlist("photos")
    valid, report_id = form.validate(), _uuid(form.id.data)
    known = rules.id_of(_incoming(form, report_id, Uploads((), ())))[1] if valid else None
    if known:
        return _answer(known, first=False)
    _spend(form, at)
    if valid and form.urgent:
        return _alerted(form, report_id, at)
    db.session.commit()  # a try counts, since its photos are drawn whatever is wrong with the rest
    uploads = taken(form.photos.data, request.form.getlist("kept"), report_id, at)
    if uploads.problems:
        form.photos.errors, valid = [*form.photos.errors, *uploads.problems], False
    if not valid:
        return _refused(form, report_id, uploads)
    received = rules.receive(_incoming(form, report_id, uploads), at)
    db.session.commit()
    return _answer(received, first=True)


def _alerted(form: ReportForm, report_id: UUID, at: datetime) -> Response:
    """Raise the alert of an urgent report, and only then look at its photos: that may take half a minute, or crash."""
    stored_id = rules.receive(_incoming(form, report_id, Uploads((), ())), at).id
    db.session.commit()
    uploads = taken(form.photos.data, request.form.getlist("kept"), report_id, at)
    report = db.session.get_one(HazardReport, stored_id)
    rules.add_photos(report, uploads.stored)
    db.session.commit()
    for problem in uploads.problems:
        flash(problem, "warning")
    return _answer(report, first=True)


def _form(typed: Any) -> ReportForm:
    return ReportForm(typed) if _signed_in() else ReportWithoutAccountForm(typed)


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()


def _incoming(form: ReportForm, report_id: UUID, uploads: Uploads) -> IncomingHazard:
    photographed = [photo.point for photo in uploads.stored if photo.point]
    return IncomingHazard(
        id=report_id,
        kind=form.said_kind,
        reporter_id=current_user.id if _signed_in() else None,
        phone=form.phone.value if isinstance(form, ReportWithoutAccountForm) else "",
        severity=form.severity.data,
        dangers=form.dangers,
        place=places.found(request.form, form.place.data or "", photographed),
        note=(form.note.data or "").strip(),
        photos=uploads.stored,
    )


def _spend(form: ReportForm, at: datetime) -> None:
    """Count a report. What is urgent, of somebody who has signed in, is counted and never refused."""
    if not _signed_in():
        here = f"device:{device().name}" if device().name else f"address:{network_here()}"
        quotas.spend(here, WITHOUT_ACCOUNT, at)
    elif not quotas.fits(f"user:{current_user.id}", REPORTS, at) and not form.urgent:
        raise quotas.LimitReached(REPORTS)


def _answer(report: HazardReport, *, first: bool) -> Response:
    """Lead to the alert of an urgent report, otherwise to the report itself."""
    own = _signed_in()
    url = url_for("hazards.own_report", report_id=report.id) if own else link_to(report)
    if own and report.alert_id:
        url = f"/alerts/{report.alert_id}"
        flash(_("Your report %(number)s was passed on to the command centre.", number=report.number))
    if not wants_json():
        return redirect(url, 303)
    answer = jsonify(id=report.id, number=report.number, url=url)
    answer.status_code = 201 if first else 200
    return answer


def _refused(form: ReportForm, report_id: UUID, uploads: Uploads) -> Response:
    if wants_json():
        problems = [f"{field.label.text}: {error}" for field in form for error in field.errors]
        answer = jsonify(detail=" ".join(problems))
        answer.status_code = 422
        return answer
    return make_response(_page(form, report_id, uploads), 422)


def _page(form: ReportForm, report_id: UUID, uploads: Uploads | None = None) -> str:
    kept = [ticket_of(photo, report_id) for photo in uploads.stored] if uploads else []
    return render_template(
        "hazards/report.html", form=form, report_id=report_id, kept=kept, labels=labels, most=MOST_AT_ONCE,
        signed_in=_signed_in(),
    )  # fmt: skip
