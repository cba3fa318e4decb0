"""The description (OpenAPI 3.1) says what the doors do: schemathesis sends what it allows and what it forbids."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.integrations.reports import told
from tests.partners import Partner
from tests.test_gates import SCOPES_NEEDED

DESCRIPTION = "/api/v1/openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
BOUNDED = settings(
    max_examples=25, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def described(app: Flask) -> dict[tuple[str, str], Any]:
    """Every operation of the description, by method and address as the table of the gates writes them."""
    paths = app.test_client().get(DESCRIPTION).get_json()["paths"]
    return {
        (method.upper(), path.replace("{", "<").replace("}", ">")): one
        for path, methods in paths.items()
        for method, one in methods.items()
    }


def test_the_description_is_openapi_3_1(app: Flask) -> None:
    answer = app.test_client().get(DESCRIPTION)
    assert answer.get_json()["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(answer.get_json()).validate()


def test_every_door_for_machines_is_described_with_its_scope(app: Flask) -> None:
    scopes = {address: frozenset(one["security"][0]["client"]) for address, one in described(app).items()}
    assert scopes == SCOPES_NEEDED


def test_operations_keep_their_names(app: Flask) -> None:
    assert {one["operationId"] for one in described(app).values()} == {
        "calls_announce", "calls_announced_call", "calls_event", "integrations_incident", "integrations_on_map",
        "integrations_report",
    }  # fmt: skip


def test_every_refusal_is_described(app: Flask) -> None:
    document = app.test_client().get(DESCRIPTION).get_json()
    assert set(document["components"]["responses"]) == {
        "400", "401", "403", "404", "405", "409", "413", "415", "422", "429",
    }  # fmt: skip


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
@pytest.mark.parametrize(("method", "address"), sorted(SCOPES_NEEDED))
def test_whatever_is_sent_is_answered_as_described(
    app: Flask, cast: Cast, partner: Partner, method: str, address: str, mode: GenerationMode
) -> None:
    known = {
        "number": partner.post("/api/v1/incidents", told()).get_json()["number"],
        "call_id": partner.post(
            "/api/v1/calls", {"caller": "0813", "received_at": now().isoformat(), "reference": "r"}
        ).get_json()["id"],
    }
    db.session.commit()
    schema = schemathesis.openapi.from_dict(app.test_client().get(DESCRIPTION).get_json())
    schema.app = app
    operation = schema[address.replace("<", "{").replace(">", "}")][method]
    checks = [*CHECKS, *([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            if address == "/api/v1/incidents":
                case.body |= {"type": "fire", "phone": "0812-3456-7890"}
        response = case.call(headers={"Authorization": f"Bearer {partner.token}"})
        case.validate_response(response, checks=checks)

    send()
