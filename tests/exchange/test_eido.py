"""NENA EIDO: the same incident in the form that other centres' systems read."""

from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask

from meteor.exchange.eido import MIMETYPE
from meteor.incidents import rules as incidents
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.exchange.reports import told
from tests.exchange.test_incidents import opened
from tests.partners import Partner

REQUIRED = {
    "incidentComponent": ["incidentTypeCommonRegistryText"],
    "agencyComponent": ["agencyRoleDescriptionRegistryText", "agencyType"],
    "locationComponent": ["locationTypeDescriptionRegistryText"],
    "callComponent": ["callStateRegistryText", "standardPrimaryCallType", "direction", "callStartTimestamp"],
}
"""What NENA-STA-021.1a requires of each component that METEOR sends."""


def exported(partner: Partner, number: str, accept: str = MIMETYPE) -> Any:
    answer = partner.get(f"/api/v1/incidents/{number}", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPE)
    return answer.get_json(force=True)


def parts(value: Any) -> list[dict[str, Any]]:
    """Every object below `value` that says when it was updated."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict) and "lastUpdateTimeStamp" in value else []
    return own + [part for one in below for part in parts(one)]


def references(value: Any) -> list[str]:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value["$ref"]] if isinstance(value, dict) and "$ref" in value else []
    return own + [reference for one in below for reference in references(one)]


def test_every_part_has_its_head_and_every_reference_leads_to_a_part(cast: Cast, partner: Partner) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    incidents.close(opened(number), "helped", "", now(), cast.komang)
    db.session.commit()
    eido = exported(partner, number)
    ids = [part["$id"] for part in parts(eido)]
    assert len(ids) == len(set(ids)) == 5  # the whole, the incident, its disposition, the agency, the place
    assert set(references(eido)) <= set(ids)
    assert {"eidoVersion", "issuingElementIdentification", "agencyComponent"} <= set(eido)
    for component, fields in REQUIRED.items():
        found = eido[component] if isinstance(eido[component], list) else [eido[component]]
        assert all(field in part for part in found for field in fields)


def test_it_says_what_the_incident_is_and_where(cast: Cast, partner: Partner) -> None:
    number = partner.post("/api/v1/incidents", told(place="depan pasar & <toko>")).get_json()["number"]
    eido = exported(partner, number)
    incident = eido["incidentComponent"]
    assert incident["internalIncidentId"] == number
    assert incident["incidentTypeCommonRegistryText"] == "Fire"
    assert (incident["incidentCommonPriorityNumber"], incident["incidentPriorityInternalText"]) == (10, "P1")
    location = eido["locationComponent"][0]
    assert location["locationDescriptionText"] == "depan pasar & <toko>"
    position = ElementTree.fromstring(location["locationByValue"]).find(".//{http://www.opengis.net/gml}pos")
    assert position is not None
    assert position.text == f"{HOME[0]} {HOME[1]}"


def test_an_incident_without_a_place_has_no_location(cast: Cast, partner: Partner) -> None:
    number = partner.post("/api/v1/incidents", told(location=None, place="entah di mana itu")).get_json()["number"]
    eido = exported(partner, number)
    assert eido["locationComponent"] == []
    assert eido["incidentComponent"]["locationReference"] == []


@pytest.mark.parametrize("accept", [MIMETYPE, f'{MIMETYPE};version="1,2"', f"application/json;q=0.5, {MIMETYPE}"])
def test_it_is_what_accept_asks_for(cast: Cast, partner: Partner, accept: str) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    assert exported(partner, number, accept)["eidoVersion"] == "1.0"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", "nonsense"])
def test_otherwise_it_is_plain_json(app: Flask, cast: Cast, partner: Partner, accept: str) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    answer = partner.get(f"/api/v1/incidents/{number}", headers={"Accept": accept})
    assert (answer.mimetype, answer.get_json()["number"]) == ("application/json", number)
