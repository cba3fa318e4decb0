"""The administrator's pages about Open311 endpoints, and what the desk reads about forwarded hazards."""

from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from wtforms import Form

from meteor.clients.models import ApiClient
from meteor.hazards import DESK
from meteor.hazards.desk import find
from meteor.open311 import blueprint, endpoint_requests, endpoints
from meteor.open311.endpoint_forms import EndpointForm, mapping_form
from meteor.open311.endpoint_problems import field_of, in_words
from meteor.open311.forwarding_desk import STATUSES, forwarded
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.store.database import db, only_reading
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing
from meteor.web.polling import fragment


@blueprint.get("/admin/open311-endpoints")
@open_to("admin")
def forward_endpoints() -> str:
    page = listing(
        select(ForwardEndpoint),
        sorts={"name": ForwardEndpoint.name, "succeeded": ForwardEndpoint.succeeded_at},
        search=(ForwardEndpoint.name, ForwardEndpoint.url),
    )
    return render_template("open311/admin/endpoints.html", page=page, in_words=in_words)


@blueprint.route("/admin/open311-endpoints/new", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def new_endpoint() -> Answer:
    known = ForwardEndpoint(mapping={}, services=[])
    form = EndpointForm(request.form, known, _clients())
    if ready(form, {}):
        return _save(known, form)
    return form_page("open311/admin/new.html", form, {})


@blueprint.route("/admin/open311-endpoints/<int:endpoint_id>", methods=["GET", "POST"])
@open_to("admin")
@asks_password
def forward_endpoint(endpoint_id: int) -> Answer:
    known = get_or_404(ForwardEndpoint, endpoint_id)
    form = EndpointForm(request.form, known, _clients())
    if ready(form, form.before):
        return _save(known, form)
    return _page(known, form=form)


@blueprint.post("/admin/open311-endpoints/<int:endpoint_id>/services")
@open_to("admin")
@asks_password
def fetch_services(endpoint_id: int) -> Answer:
    """Ask the endpoint for its services, while nobody waits for the right to write."""
    with only_reading():
        access = endpoint_requests.access_of(get_or_404(ForwardEndpoint, endpoint_id))
    offer = endpoint_requests.services(access)
    known = get_or_404(ForwardEndpoint, endpoint_id)
    endpoints.keep_offer(known, offer)
    if not offer.problem:
        said = _("%(name)s offers %(count)s services. Choose one for each kind.", name=known.name,
                 count=len(offer.services))  # fmt: skip
        return done(said, url_for(".forward_endpoint", endpoint_id=known.id))
    db.session.commit()
    form = EndpointForm(None, known, _clients())
    refuse(form[field_of(offer.problem)], in_words(offer.problem))
    return _page(known, form=form)


@blueprint.post("/admin/open311-endpoints/<int:endpoint_id>/mapping")
@open_to("admin")
@asks_password
def choose_services(endpoint_id: int) -> Answer:
    known = get_or_404(ForwardEndpoint, endpoint_id)
    form = mapping_form(request.form, known)
    if not ready(form, _mapping(known)):
        return _page(known, chosen=form)
    endpoints.choose(known, form.data, current_user)
    return done(_("%(name)s is saved.", name=known.name), url_for(".forward_endpoint", endpoint_id=known.id))


@blueprint.post("/admin/open311-endpoints/<int:endpoint_id>/removal")
@open_to("admin")
@asks_password
def remove_endpoint(endpoint_id: int) -> Answer:
    known = get_or_404(ForwardEndpoint, endpoint_id)
    endpoints.remove(known, current_user)
    return done(_("%(name)s is removed.", name=known.name), url_for(".forward_endpoints"))


@blueprint.post("/admin/open311-endpoints/<int:endpoint_id>/items/<int:item_id>/resending")
@open_to("admin")
def resend_forwarded(endpoint_id: int, item_id: int) -> Answer:
    if not endpoints.resend(get_or_404(ForwardEndpoint, endpoint_id), item_id, now(), current_user):
        abort(404)
    return done(_("The hazard is sent again."), url_for(".forward_endpoint", endpoint_id=endpoint_id))


@blueprint.get("/hazards/desk/<number>/forwarding")
@open_to(*DESK)
def desk_forwarding(number: str) -> Response:
    """The forwarded reports of a hazard, polled by its page on the desk."""
    found = forwarded(find(number) or abort(404))
    words = {"found": found, "statuses": STATUSES, "in_words": in_words}
    return fragment(found.version, lambda: render_template("open311/_forwarded.html", **words))


def _save(known: ForwardEndpoint, form: EndpointForm) -> Answer:
    values = {name: value for name, value in form.data.items() if name != "api_key"}
    endpoints.save(known, values, form.api_key.data or "", now(), current_user)
    return done(_("%(name)s is saved.", name=known.name), url_for(".forward_endpoint", endpoint_id=known.id))


def _page(known: ForwardEndpoint, **forms: Form) -> tuple[str, int]:
    """The endpoint's page with the form that was posted; the other as it begins."""
    shown: dict[str, Any] = {"form": EndpointForm(None, known, _clients()), "chosen": mapping_form(None, known)} | forms
    page = render_template(
        "open311/admin/endpoint.html", known=known, problem=in_words(known.problem), items=endpoints.unfinished(known),
        sent=db.session.scalar(select(func.count()).where(*_sent(known))), in_words=in_words,
        version=version_of(endpoints.values_of(known)), mapping_version=version_of(_mapping(known)), **shown,
    )  # fmt: skip
    return page, 422 if any(form.errors for form in forms.values()) else 200


def _sent(known: ForwardEndpoint) -> Any:
    return ForwardedReport.endpoint_id == known.id, ForwardedReport.sent_at.is_not(None)


def _mapping(known: ForwardEndpoint) -> dict[str, str]:
    return {field.name: known.mapping.get(field.name, "") for field in mapping_form(None, known)}


def _clients() -> list[ApiClient]:
    return list(db.session.scalars(select(ApiClient).order_by(ApiClient.name)))
