"""The form of a report, and its receipt."""

from datetime import datetime
from time import time
from typing import Any
from uuid import UUID, uuid4

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests
from werkzeug.wrappers import Response

from meteor.hazards import blueprint, labels, places, rules
from meteor.hazards.forms import ReportForm, ReportWithoutAccountForm
from meteor.hazards.limits import OF_PHONE, PACE, REPORTS, WITHOUT_ACCOUNT
from meteor.hazards.models import HazardReport
from meteor.hazards.photos import MOST_AT_ONCE, MOST_BYTES_OF_FORM
from meteor.hazards.rules import IncomingHazard
from meteor.hazards.views.following import link_to
from meteor.hazards.views.uploads import Uploads, read_uploads, ticket_of
from meteor.residents.views.own import network_here, phone_tried
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to_everyone, wants_json
from meteor.web.bodies import takes_bytes
from meteor.web.device_cookie import device, name_device
from meteor.web.errors import refused
from meteor.web.throttle import limiter


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(error: RequestEntityTooLarge) -> Response:
    error.description = str(labels.TOO_LARGE)
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
@takes_bytes(MOST_BYTES_OF_FORM)
@limiter.limit(PACE, key_func=network_here, exempt_when=lambda: _signed_in() or _is_known())
def report() -> Response:
    form, at = _form(request.form), now()
    form.photos.data = request.files.getlist("photos")
    valid, report_id = form.validate(), _uuid(form.id.data)
    known = rules.id_of(_incoming(form, report_id, Uploads((), ())))[1] if valid else None
    if known:
        return _answer(known, first=False)
    many = not _fits(form, at)
    if valid and form.urgent:
        return _alerted(form, report_id, at, many=many)
    db.session.commit()  # a try counts, since its photos are drawn whatever is wrong with the rest
    uploads = read_uploads(form.photos.data, request.form.getlist("kept"), report_id, at)
    if uploads.problems:
        form.photos.errors, valid = [*form.photos.errors, *uploads.problems], False
    if not valid:
        return _refused(form, report_id, uploads)
    received = rules.receive(_incoming(form, report_id, uploads), at)
    db.session.commit()
    return _answer(received, first=True)


def _alerted(form: ReportForm, report_id: UUID, at: datetime, *, many: bool) -> Response:
    """Raise the alert of an urgent report, and only then look at its photos: that may take half a minute, or crash."""
    stored_id = rules.receive(_incoming(form, report_id, Uploads((), ()), many=many), at).id
    db.session.commit()
    uploads = read_uploads(form.photos.data, request.form.getlist("kept"), report_id, at)
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


def _incoming(form: ReportForm, report_id: UUID, uploads: Uploads, *, many: bool = False) -> IncomingHazard:
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
        many=many,
    )


def _is_known() -> bool:
    """Return whether the report was stored before, with this number: its phone asks again since it heard no answer."""
    known = db.session.get(HazardReport, _uuid(request.form.get("id")))
    return known is not None and known.phone == phone_tried()


def _fits(form: ReportForm, at: datetime) -> bool:
    """Count a report; whether it is within the limits. One that is not is refused, unless it is urgent."""
    if _signed_in():
        owner, limit = f"user:{current_user.id}", REPORTS
    else:
        owner, limit = f"device:{device().name}" if device().name else f"address:{network_here()}", WITHOUT_ACCOUNT
    fits = quotas.fits(owner, limit, at)
    if not fits and not form.urgent:
        raise quotas.LimitReached(limit)
    phone = "" if _signed_in() else phone_tried()
    named = not phone or limiter.limiter.hit(OF_PHONE, "hazards", phone)
    if not named and not form.urgent:
        ends = limiter.limiter.get_window_stats(OF_PHONE, "hazards", phone).reset_time
        raise TooManyRequests(retry_after=max(1, round(ends - time())))
    return fits and named


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
    page = _page(form, report_id, uploads)
    if not wants_json():
        return make_response(page, 422)
    problems = [f"{field.label.text}: {error}" for field in form for error in field.errors]
    answer = jsonify(detail=" ".join(problems), page=page)
    answer.status_code = 422
    return answer


def _page(form: ReportForm, report_id: UUID, uploads: Uploads | None = None) -> str:
    kept = [ticket_of(photo, report_id) for photo in uploads.stored] if uploads else []
    return render_template(
        "hazards/report.html", form=form, report_id=report_id, kept=kept, labels=labels, most=MOST_AT_ONCE,
        signed_in=_signed_in(),
    )  # fmt: skip
