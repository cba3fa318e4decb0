"""Forms of an endpoint, and of the service for each kind of hazard."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from meteor.clients.models import ApiClient
from meteor.hazards.labels import KINDS
from meteor.open311.endpoints import values_of
from meteor.open311.forwarding_models import ForwardEndpoint
from meteor.store.record_forms import PublicAddress, RecordForm, Unique

ENDS = ("services", "requests", "discovery")


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _base(text: str | None) -> str:
    """The address that all others begin with, also if one of the others was typed."""
    base = _strip(text).rstrip("/")
    for end in (f"/{name}.{form}" for name in ENDS for form in ("json", "xml")):
        base = base.removesuffix(end)
    return base


class EndpointForm(RecordForm):
    """An endpoint. Its key is shown to nobody: without a new one the old one stays."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter the name.")), Length(max=100),
         Unique(ForwardEndpoint.name, _l("Another endpoint has this name."))],
        filters=[_strip],
    )  # fmt: skip
    url = StringField(
        _l("HTTPS address"),
        [DataRequired(_l("Enter the address.")), Length(max=500),
         PublicAddress(_l("Give an address such as https://layanan.example/open311/v2, without a password."),
                       _l("This address lies inside a private network. Give a public one.")),
         Unique(ForwardEndpoint.url, _l("Another endpoint has this address."))],
        filters=[_base],
    )  # fmt: skip
    api_key = PasswordField(_l("API key"), [Length(max=500)], filters=[_strip])
    jurisdiction_id = StringField(_l("Jurisdiction"), [Length(max=200)], filters=[_strip])
    client_id = SelectField(_l("Sends reports to METEOR as"))
    trusted = BooleanField(_l("Send the exact place and the words for it. Otherwise the square of 100 m."))
    active = BooleanField(_l("Forward hazards that are verified from now on"))

    def __init__(self, typed: Any, record: ForwardEndpoint, clients: Sequence[ApiClient]) -> None:
        super().__init__(typed, record, values_of(record))
        nobody = SelectChoice("", _l("It sends none"))
        self.client_id.choices = [nobody, *(SelectChoice(str(each.id), each.name) for each in clients)]


def mapping_form(typed: Any, endpoint: ForwardEndpoint) -> Form:
    """The form with a field for each kind of hazard, whose choices are the services that the endpoint offers."""
    offered = {each["code"]: each["name"] for each in endpoint.services}
    for code in filter(None, endpoint.mapping.values()):
        offered.setdefault(code, code)  # a service that is not offered any more stays until another is chosen
    choices = [
        SelectChoice("", _l("Not forwarded")),
        *(SelectChoice(code, name if name == code else f"{name} ({code})") for code, name in offered.items()),
    ]
    fields: Mapping[str, Any] = {kind: SelectField(label, choices=choices) for kind, label in KINDS.items()}
    made: type[Form] = type("MappingForm", (Form,), dict(fields))
    return made(typed or None, data={kind: endpoint.mapping.get(kind, "") for kind in KINDS})
