"""API of incidents for partners: one incident, GeoJSON, and new incidents."""

import json
from typing import Annotated

from flask import Response, abort, current_app, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.integrations import blueprint, eido, rules
from meteor.integrations.partner_view import collection, partner_view
from meteor.integrations.shapes import Eido, FeatureCollection, IncidentSent, NewIncident, Window
from meteor.store import quotas
from meteor.store.answers import Answer
from meteor.store.moments import now
from meteor.store.quotas import Limit
from meteor.web.access import open_to_everyone
from meteor.web.api import JSON, caller, open_to_clients, operation
from meteor.web.openapi import document
from meteor.web.pools import urgent
from meteor.web.problems import wrong_field

REPORTED = Limit("reports", 5000, _l("reported incidents"))


GEOJSON = "application/geo+json"
Number = Annotated[str, Field(pattern=r"^[0-9]{6}-[0-9]{3,9}$", examples=["261124-007"])]


@blueprint.get("/api/v1/openapi.json")
@open_to_everyone
def description() -> Response:
    return jsonify(document(current_app._get_current_object(), "METEOR", "1"))  # type: ignore[attr-defined]


@blueprint.post("/api/v1/incidents")
@open_to_clients("incidents:write")
@urgent
@operation({201: IncidentSent, 200: IncidentSent})
def report(body: NewIncident) -> Answer:
    """Open an incident that your own agents took."""
    try:
        phone = e164(body.phone)
    except NotAPhoneNumber:
        raise wrong_field("phone", _("Give a phone number such as +6281234567890.")) from None
    quotas.spend(f"client:{caller().id}", REPORTED, now())
    try:
        receipt = rules.report(caller(), body, phone, now())
    except rules.UnknownType:
        codes = ", ".join(rules.type_codes())
        raise wrong_field("type", _("Give one of: %(codes)s.", codes=codes)) from None
    incident = rules.find(caller(), receipt.number) or abort(404)
    return Answer(201 if receipt.first else 200, _partner_view(incident), url_for(".incident", number=receipt.number))


@blueprint.get("/api/v1/incidents/<number>")
@open_to_clients("incidents:read")
@operation({200: {JSON: IncidentSent, eido.MIMETYPE: Eido}})
def incident(number: Number) -> IncidentSent | Response:
    """One incident with its timeline; as NENA EIDO if Accept prefers it."""
    found = rules.find(caller(), number) or abort(404)
    if not _asks_for_eido():
        return _partner_view(found)
    place, words = not rules.hides_place(caller(), [found]), rules.all_own(caller(), found)
    events, calls = timeline.of_incident(found.id), rules.calls(caller(), found)
    exported = eido.document(found, events, calls, place=place, words=words)
    return Response(json.dumps(exported), mimetype=eido.MIMETYPE)


@blueprint.get("/api/v1/incidents.geojson")
@open_to_clients("incidents:read")
@operation({200: {GEOJSON: FeatureCollection}})
def on_map(query: Window) -> Response:
    """Incidents on a map."""
    found = rules.within(caller(), query)
    return Response(collection(found, rules.hides_place(caller(), found)).model_dump_json(), mimetype=GEOJSON)


def _asks_for_eido() -> bool:
    """Return whether Accept prefers EIDO to JSON, with or without its version parameters."""
    wishes = (wish.partition(";")[0] for wish in request.accept_mimetypes.values())
    return next((wish for wish in wishes if wish in (JSON, eido.MIMETYPE)), JSON) == eido.MIMETYPE


def _partner_view(incident: Incident) -> IncidentSent:
    own = rules.references(caller().id, incident)
    place = not rules.hides_place(caller(), [incident])
    return partner_view(incident, timeline.of_incident(incident.id), own, place=place)
