"""NENA EIDO: the same incident in the form that other centres' systems read."""

import json
import re
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from flask import Flask

from meteor.calls import holding, sending
from meteor.calls.models import STATUSES, Call
from meteor.incidents import rules as incidents
from meteor.integrations.eido import CALL_STATES, MIMETYPE
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import enough, typed
from tests.cast import HOME, Cast
from tests.integrations.reports import told
from tests.integrations.test_incidents import opened
from tests.partners import Partner
from tests.scenes import report

HEAD = {"$id": str, "lastUpdateTimeStamp": str, "updatedByAgencyReference": dict}
SHAPES = {
    "incidentComponent": {
        "incidentTypeCommonRegistryText!": str, "internalIncidentId": str, "incidentTypeInternalCode": str,
        "incidentTypeInternalText": str, "incidentStatusCommonRegistryText": list, "incidentStatusInternalText": list,
        "incidentCommonPriorityNumber": int, "incidentPriorityInternalText": str, "locationReference": list,
        "dispositionComponent": list,
    },
    "agencyComponent": {
        "agencyRoleDescriptionRegistryText!": list, "agencyType!": list, "agencyJcard": str,
        "incidentOwningAgencyIndicator": bool,
    },
    "locationComponent": {
        "locationTypeDescriptionRegistryText!": str, "locationByValue": str, "locationDescriptionText": str,
    },
    "callComponent": {
        "callStateRegistryText!": str, "standardPrimaryCallType!": str, "direction!": str, "callStartTimestamp!": str,
        "answerDate": str, "queueIdentifier": str,
    },
    "dispositionComponent": {
        "dispositionCommonRegistryCode!": str, "dispositionPrimaryIndicator": bool, "dispositionCategoryText": str,
    },
}  # fmt: skip
"""What NENA's schema 1.0.0 says of the components that METEOR sends; "!" is after what it requires."""


def exported(partner: Partner, number: str, accept: str = MIMETYPE) -> Any:
    answer = partner.get(f"/api/v1/incidents/{number}", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPE)
    return answer.get_json(force=True)


def called(cast: Cast, partner: Partner) -> Any:
    """A call that the partner announced, answered, and help sent; commits."""
    rung = {"caller": "081234567890", "received_at": now().isoformat(), "reference": "r-1", "queue": "112"}
    answer = partner.post("/api/v1/calls", rung).get_json()
    call = db.session.get_one(Call, UUID(answer["id"]))
    holding.take_call(call, now(), cast.maya)
    typed(cast, call, **enough(cast))
    sending.open_incident(call, now(), cast.maya)
    db.session.commit()
    return call


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


def test_every_part_has_the_names_and_types_of_the_schema(cast: Cast, partner: Partner) -> None:
    number = called(cast, partner).alert.incident.number
    incidents.close(opened(number), "helped", "", now(), cast.komang)
    db.session.commit()
    eido = exported(partner, number)
    eido["dispositionComponent"] = eido["incidentComponent"]["dispositionComponent"]
    for component, shape in SHAPES.items():
        named = {name.rstrip("!"): kind for name, kind in (HEAD | shape).items()}
        required = {*HEAD, *(name[:-1] for name in shape if name.endswith("!"))}
        found = eido[component] if isinstance(eido[component], list) else [eido[component]]
        assert found
        for part in found:
            assert required <= set(part) <= set(named)
            assert {name: type(value) for name, value in part.items()} == {name: named[name] for name in part}


def test_it_and_its_parts_are_named_as_other_centres_track_them(cast: Cast, partner: Partner) -> None:
    call = called(cast, partner)
    eido = exported(partner, call.alert.incident.number)
    tracked = r"urn:emergency:uid:incidentid:[0-9a-f]{32}:meteor\.probolinggokota\.go\.id"
    assert re.fullmatch(tracked, eido["$id"])
    assert eido["callComponent"][0]["$id"] == f"urn:emergency:uid:callid:{call.id.hex}:meteor.probolinggokota.go.id"
    agency = eido["agencyComponent"][0]
    assert agency["$id"] == f"agency-{cast.incident_type('fire').agency_id}.meteor.probolinggokota.go.id"
    assert (agency["agencyType"], json.loads(agency["agencyJcard"])[0]) == (["fire"], "vcard")
    assert eido["locationComponent"][0]["locationTypeDescriptionRegistryText"] == "CurrentIncident"


def test_a_type_without_a_code_of_its_own_is_trouble(cast: Cast, partner: Partner) -> None:
    number = partner.post("/api/v1/incidents", told(type="emergency")).get_json()["number"]
    assert exported(partner, number)["incidentComponent"]["incidentTypeCommonRegistryText"] == "TROUBLE"


def test_it_says_what_the_incident_is_and_where(cast: Cast, partner: Partner) -> None:
    number = partner.post("/api/v1/incidents", told(place="depan pasar & <toko>")).get_json()["number"]
    eido = exported(partner, number)
    incident = eido["incidentComponent"]
    assert incident["internalIncidentId"] == number
    assert incident["incidentTypeCommonRegistryText"] == "FUNK"
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


def test_the_words_of_a_place_are_for_who_told_them(app: Flask, cast: Cast, partner: Partner) -> None:
    number = called(cast, partner).alert.incident.number
    assert exported(partner, number)["locationComponent"][0]["locationDescriptionText"] == "rumah cat hijau"
    hospital = Partner(app, "RSUD", "incidents:read", "incidents:read-all")
    assert "locationDescriptionText" not in exported(hospital, number)["locationComponent"][0]
    report(cast, incident_id=opened(number).id)
    assert "locationDescriptionText" not in exported(partner, number)["locationComponent"][0]


@pytest.mark.both_databases
def test_where_somebody_may_be_hiding_there_is_no_location(app: Flask, cast: Cast) -> None:
    hospital = Partner(app, "RSUD", "incidents:read", "incidents:read-all")
    eido = exported(hospital, report(cast, kind="domestic_violence").number)
    assert (eido["locationComponent"], eido["incidentComponent"]["locationReference"]) == ([], [])


def test_every_state_of_a_call_has_its_word(app: Flask, cast: Cast, partner: Partner) -> None:
    assert set(CALL_STATES) == set(STATUSES)
    call = called(cast, partner)
    call.status = "blocked"
    db.session.commit()
    assert exported(partner, call.alert.incident.number)["callComponent"][0]["callStateRegistryText"] == "callEnd"


@pytest.mark.parametrize("accept", [MIMETYPE, f'{MIMETYPE};version="1,2"', f"application/json;q=0.5, {MIMETYPE}"])
def test_it_is_what_accept_asks_for(cast: Cast, partner: Partner, accept: str) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    assert exported(partner, number, accept)["eidoVersion"] == "1.0"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", "nonsense"])
def test_otherwise_it_is_plain_json(app: Flask, cast: Cast, partner: Partner, accept: str) -> None:
    number = partner.post("/api/v1/incidents", told()).get_json()["number"]
    answer = partner.get(f"/api/v1/incidents/{number}", headers={"Accept": accept})
    assert (answer.mimetype, answer.get_json()["number"]) == ("application/json", number)
