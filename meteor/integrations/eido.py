"""NENA EIDO (NENA-STA-021.1a, Emergency Incident Data Object): one incident for other centres' systems.

An export. Every part has `$id`, `lastUpdateTimeStamp`, `updatedByAgencyReference`; parts point at
each other by `$ref`. Names, shapes and identifiers are those of NENA's schema 1.0.0 (NENA911/EIDO-JSON) and its sample.
Types of incidents are the codes that this schema lists (APCO ANS 2.103). The registries of agencies' roles, incidents'
states and dispositions are not published with it: the plainest words are sent, METEOR's own beside them as internal
text.
"""

from collections.abc import Sequence
from datetime import datetime
from json import dumps
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.sax.saxutils import quoteattr

from meteor.calls.models import Call
from meteor.incidents.models import Event, Incident
from meteor.protocols.models import IncidentType

MIMETYPE = "application/emergency.eido+json"
VERSION = "1.0"
ISSUER = "meteor.probolinggokota.go.id"

TYPES = {
    "domestic_violence": "DVA", "fire": "FUNK", "medical": "SICK", "disaster": "MAJORINC", "hold_up": "ROBBERY",
    "theft": "LARCENY", "brawl": "FIGHT", "suspicious_object": "SUSP", "missing_person": "PERMISS",
    "body_found": "DEATH", "traffic_accident": "MVAUNK", "traffic_jam": "THAZ", "broken_down_vehicle": "DISVEH",
    "public_order": "DISORD", "mental_health": "EDP", "childbirth": "PREG", "patient_transport": "TRANSFER",
    "wasp_nest": "ANIMAL", "snake": "ANIMAL", "animal_rescue": "ANIMAL", "stuck_ring": "CITASST",
    "gas_leak": "GASLEAK", "drowning": "DROWN", "flood": "WATER", "tidal_flood": "WATER", "strong_wind": "MAJORINC",
    "fallen_tree": "THAZ", "fallen_pole": "PUBWKS", "building_collapse": "BLDCLPSE", "alarm_signal": "ALRU",
}  # fmt: skip
"""APCO codes by the incident type's code or kind. All others are TROUBLE, unknown type."""
AGENCY_TYPES = {"POLRES": ["police"], "SATLANTAS": ["police"], "DAMKAR": ["fire"], "PSC119": ["ems"]}
"""Services below urn:emergency:service:responder. The other agencies have none there."""
PRIORITIES = {1: 10, 2: 7, 3: 4, 4: 1}
"""The standard's common priority: from 0 to 10, 10 the most urgent."""
CALL_STATES = {
    "ringing": "callBegin", "taken": "callAnswered", "ended": "callEnd", "abandoned": "callEnd", "blocked": "callEnd",
}  # fmt: skip

Part = dict[str, Any]


def document(incident: Incident, events: Sequence[Event], calls: Sequence[Call], *, place: bool, words: bool) -> Part:
    """The incident, its leading agency, its location, and the reader's own calls about it.

    Without `place` the location is left out, without `words` its description.
    """
    last = events[-1].at if events else incident.opened_at
    location = [_location(incident, last, words=words)] if place and incident.latitude is not None else []
    return {
        **_head(incident, "eido", last, _tracked("incidentid", _uuid(incident, "eido"))),
        "eidoVersion": VERSION,
        "issuingElementIdentification": ISSUER,
        "incidentComponent": {
            **_head(incident, "incident", last),
            "internalIncidentId": incident.number,
            "incidentTypeCommonRegistryText": _common_type(incident.type),
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


def _head(incident: Incident, part: str, at: datetime, identifier: str = "") -> Part:
    return {
        "$id": identifier or f"urn:uuid:{_uuid(incident, part)}",
        "lastUpdateTimeStamp": at.isoformat(timespec="milliseconds"),
        "updatedByAgencyReference": {"$ref": _agency_identifier(incident)},
    }


def _uuid(incident: Incident, part: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://{ISSUER}/incidents/{incident.number}#{part}")


def _tracked(what: str, identifier: UUID) -> str:
    """The tracking identifier of an incident or a call (NENA-STA-010.3)."""
    return f"urn:emergency:uid:{what}:{identifier.hex}:{ISSUER}"


def _agency_identifier(incident: Incident) -> str:
    """The agency's identifier, in the form of a host name (NENA-STA-010.3)."""
    return f"agency-{incident.type.agency_id}.{ISSUER}"


def _common_type(kind: IncidentType) -> str:
    return next((TYPES[name] for name in (kind.code, kind.kind) if name in TYPES), "TROUBLE")


def _agency(incident: Incident, at: datetime) -> Part:
    agency = incident.type.agency
    return {
        **_head(incident, "agency", at, _agency_identifier(incident)),
        "agencyRoleDescriptionRegistryText": ["Dispatching"],
        "agencyType": AGENCY_TYPES.get(agency.code, []),
        "agencyJcard": dumps(["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", agency.name]]]),
        "incidentOwningAgencyIndicator": True,
    }


def _location(incident: Incident, at: datetime, *, words: bool) -> Part:
    told = str(incident.place.get("words") or "") if words else ""
    return {
        **_head(incident, "location", at),
        "locationTypeDescriptionRegistryText": "CurrentIncident",
        "locationByValue": _pidf_lo(incident),
        **({"locationDescriptionText": told} if told else {}),
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
            "dispositionCategoryText": incident.outcome,
        }
    ]


def _call(incident: Incident, call: Call) -> Part:
    state = CALL_STATES[call.status]
    return {
        **_head(incident, "call", call.ended_at or call.answered_at or call.received_at, _tracked("callid", call.id)),
        "callStateRegistryText": state,
        "standardPrimaryCallType": "emergency",
        "direction": "incoming",
        "callStartTimestamp": call.received_at.isoformat(timespec="milliseconds"),
        **({"answerDate": call.answered_at.isoformat(timespec="milliseconds")} if call.answered_at else {}),
        "queueIdentifier": call.queue,
    }
