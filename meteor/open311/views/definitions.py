"""Service discovery, and the services with their attributes."""

from typing import Any

from flask import Response, abort, current_app

from meteor.open311 import blueprint
from meteor.open311.service_types import definition, service_list
from meteor.open311.views.answers import FORMATS, answer
from meteor.open311.views.keys import open_with_or_without_key
from meteor.web.origin import site_address

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"

CHANGED = "2026-11-30T00:00:00+07:00"
"""The moment at which the services or their attributes last changed: clients then read them again."""


@blueprint.get("/open311/discovery.<form>")
@open_with_or_without_key
def discovery(form: str) -> Response:
    """The address of the API, and its formats."""
    return _discovery()


@blueprint.get("/open311/v2/discovery.<form>")
@open_with_or_without_key
def discovery_of_version(form: str) -> Response:
    """The same, where some clients look for it."""
    return _discovery()


@blueprint.get("/open311/v2/services.<form>")
@open_with_or_without_key
def services(form: str) -> Response:
    """The kinds of hazard."""
    return answer("services", service_list())


@blueprint.get("/open311/v2/services/<code>.<form>")
@open_with_or_without_key
def service(code: str, form: str) -> Response:
    """The attributes of a kind of hazard."""
    return answer("service_definition", definition(code) or abort(404))


def _discovery() -> Response:
    contact = current_app.config["SETTINGS"].help_contact
    endpoint: dict[str, Any] = {
        "specification": SPECIFICATION,
        "url": f"{site_address()}/open311/v2",
        "changeset": CHANGED,
        "type": "production",
        "formats": [*FORMATS.values()],
    }
    found = {"changeset": CHANGED, "contact": contact, "key_service": contact, "endpoints": [endpoint]}
    return answer("discovery", found)
