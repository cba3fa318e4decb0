"""Discovery and services: what a client asks before it reports anything."""

import pytest
from flask import Flask
from werkzeug.exceptions import BadRequest

from meteor.hazards.models import KINDS
from meteor.open311.views.answers import refusal
from tests.open311.sent import problems, tree

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.mark.parametrize("address", ["/open311/discovery", "/open311/v2/discovery"])
def test_discovery_leads_to_the_endpoint_in_both_formats(app: Flask, address: str) -> None:
    (endpoint,) = app.test_client().get(f"{address}.json").json["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert (endpoint["url"], endpoint["type"]) == ("http://localhost/open311/v2", "production")
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert tree(app.test_client().get(f"{address}.xml")).findtext("endpoints/endpoint/formats/format") == "text/xml"


def test_each_kind_of_hazard_is_a_service_with_attributes(app: Flask) -> None:
    services = app.test_client().get("/open311/v2/services.json").json
    assert [each["service_code"] for each in services] == list(KINDS)
    assert {(each["metadata"], each["type"]) for each in services} == {(True, "realtime")}
    assert services[0]["service_name"] == "Banjir"
    english = app.test_client().get("/open311/v2/services.json", headers={"Accept-Language": "en"})
    assert english.json[0]["service_name"] == "Flood"
    names = tree(app.test_client().get("/open311/v2/services.xml")).findall("service/service_name")
    assert names[0].text == "Banjir"


def test_a_floods_attributes_are_danger_severity_and_water_level(app: Flask) -> None:
    flood = app.test_client().get("/open311/v2/services/flood.json").json
    shown = [(each["order"], each["code"], each["datatype"]) for each in flood["attributes"]]
    assert shown == [
        (1, "danger", "multivaluelist"), (2, "severity", "singlevaluelist"), (3, "water_level", "number"),
    ]  # fmt: skip
    assert [each["key"] for each in flood["attributes"][0]["values"]] == ["trapped", "rising"]
    assert flood["attributes"][1]["values"][1] == {"key": "2", "name": "Setinggi lutut"}


def test_a_tree_has_no_water_level(app: Flask) -> None:
    answer = app.test_client().get("/open311/v2/services/fallen_tree.xml")
    assert [each.text for each in tree(answer).findall("attributes/attribute/code")] == ["danger", "severity"]


def test_an_unknown_service_is_not_found(app: Flask) -> None:
    answer = app.test_client().get("/open311/v2/services/pothole.json")
    assert (answer.status_code, len(problems(answer))) == (404, 1)
    assert tree(app.test_client().get("/open311/v2/services/pothole.xml")).findtext("error/code") == "404"


def test_an_address_that_is_none_is_refused_in_the_same_shape(app: Flask) -> None:
    assert problems(app.test_client().get("/open311/v2/nothing.json"))
    answer = app.test_client().delete("/open311/v2/services.json")
    assert (answer.status_code, bool(problems(answer))) == (405, True)


def test_another_format_is_not_acceptable(app: Flask) -> None:
    answer = app.test_client().get("/open311/v2/services.yaml")
    assert (answer.status_code, problems(answer)) == (406, ["Mintalah .json atau .xml."])


def test_a_request_that_cannot_be_read_is_told_to_send_a_form(app: Flask) -> None:
    with app.test_request_context("/open311/v2/requests.json"):
        (said,) = refusal(BadRequest()).json
    assert (said["code"], "JSON" in said["description"], "formulir" in said["description"]) == (400, False, True)
