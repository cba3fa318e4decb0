"""NENA EIDO (NENA-STA-021.1a, Emergency Incident Data Object): one incident for other centres' systems.

An export, not the database. Every part has `$id`, `lastUpdateTimeStamp`, `updatedByAgencyReference`; parts point at
each other by `$ref`. Where the standard takes words from a registry of its own, the plainest are sent, and METEOR's own
stand beside them in the fields for internal text. Nobody has compared them with the registries yet: a partner whose
system is strict about them is a reason to.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import quoteattr

from meteor.calls.models import Call
from meteor.incidents.models import Event, Incident

MIMETYPE = "application/emergency.eido+json"
VERSION = "1.0"
ISSUER = "meteor.probolinggokota.go.id"

TYPES = {
    "fire": "Fire", "medical": "Medical", "crime": "Crime", "domestic_violence": "Domestic", "disaster": "Disaster",
}  # fmt: skip
PRIORITIES = {1: 10, 2: 7, 3: 4, 4: 1}
"""The standard's common priority goes from 0 to 10, the most urgent."""
CALL_STATES = {"ringing": "callBegin", "taken": "callAnswered", "ended": "callEnd", "abandoned": "callEnd"}

Part = dict[str, Any]


def document(incident: Incident, events: Sequence[Event], calls: Sequence[Call]) -> Part:
    """The incident, the agency that leads, where it is, and those calls of it that the reader announced."""
    last = events[-1].at if events else incident.opened_at
    location = [_location(incident, last)] if incident.latitude is not None else []
    return {
        **_head(incident, "eido", last),
        "eidoVersion": VERSION,
        "issuingElementIdentification": ISSUER,
        "incidentComponent": {
            **_head(incident, "incident", last),
            "internalIncidentId": incident.number,
            "incidentTypeCommonRegistryText": TYPES.get(incident.type.kind or "", "Other"),
            "incidentTypeInternalCode": incident.type.code,
            "incidentTypeInternalText": incident.type.name_id,
            "incidentStatusCommonRegistryText": ["Closed" if incident.status == "closed" else "Active"],
            "incidentStatusInternalText": [incident.status],
            "incidentCommonPriorityNumber": PRIORITIES[incident.priority],
            "incidentPriorityInternalText": f"P{incident.priority}",
            "locationReference": [{"$ref": part["$id"]} for part in location],
            "dispositionComponent": _disposition(incident, last),
        },
        "agencyComponent": [_agency(incident, last)],
        "locationComponent": location,
        "callComponent": [_call(incident, call) for call in calls],
    }


def _head(incident: Incident, part: str, at: datetime) -> Part:
    return {
        "$id": _id(incident, part),
        "lastUpdateTimeStamp": at.isoformat(timespec="milliseconds"),
        "updatedByAgencyReference": {"$ref": _id(incident, "agency")},
    }


def _id(incident: Incident, part: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://{ISSUER}/incidents/{incident.number}#{part}')}"


def _agency(incident: Incident, at: datetime) -> Part:
    return {
        **_head(incident, "agency", at),
        "agencyRoleDescriptionRegistryText": ["Dispatching"],
        "agencyType": ["urn:emergency:service:responder"],
        "agencyJcard": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", incident.type.agency.name]]],
        "incidentOwningAgencyIndicator": True,
    }


def _location(incident: Incident, at: datetime) -> Part:
    return {
        **_head(incident, "location", at),
        "locationTypeDescriptionRegistryText": ["Incident"],
        "locationByValue": _pidf_lo(incident),
        "locationDescriptionText": str(incident.place.get("words") or ""),
    }


def _pidf_lo(incident: Incident) -> str:
    """The point with its radius as PIDF-LO (RFC 5491): a circle in WGS-84."""
    entity = quoteattr(f"pres:{incident.number}@{ISSUER}")
    return (
        f'<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10" '
        f'xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0" entity={entity}>'
        f'<tuple id="incident"><status><gp:geopriv><gp:location-info>'
        f'<gs:Circle srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{incident.latitude} {incident.longitude}</gml:pos>'
        f'<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{incident.accuracy or 0}</gs:radius></gs:Circle>'
        f"</gp:location-info><gp:usage-rules/></gp:geopriv></status></tuple></presence>"
    )


def _disposition(incident: Incident, at: datetime) -> list[Part]:
    if not incident.outcome:
        return []
    return [
        {
            **_head(incident, "disposition", at),
            "dispositionCommonRegistryCode": incident.outcome,
            "dispositionPrimaryIndicator": True,
        }
    ]


def _call(incident: Incident, call: Call) -> Part:
    state = CALL_STATES[call.status]
    return {
        **_head(incident, f"call:{call.id}", call.ended_at or call.answered_at or call.received_at),
        "callStateRegistryText": state,
        "standardPrimaryCallType": "emergency",
        "direction": "incoming",
        "callStartTimestamp": call.received_at.isoformat(timespec="milliseconds"),
        **({"answerDate": call.answered_at.isoformat(timespec="milliseconds")} if call.answered_at else {}),
        "queueIdentifier": call.queue,
    }
