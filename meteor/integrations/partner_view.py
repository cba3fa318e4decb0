"""Incidents as partners see them, without reporters and texts for the staff."""

from collections.abc import Iterable, Sequence, Set

from meteor.incidents.models import Event, Incident
from meteor.integrations.shapes import (
    LARGEST_ANSWER,
    EventSent,
    Feature,
    FeatureCollection,
    IncidentSent,
    Point,
    Properties,
    Spot,
    TypeSent,
)

SHOWN = frozenset(
    {"received", "accepted", "en_route", "on_scene", "cleared", "withdrawn", "retyped", "reprioritised", "merged",
     "unmerged", "closed", "reopened"}
)  # fmt: skip
"""Event types that a partner sees. Authors and their texts are not sent."""


def partner_view(incident: Incident, events: Iterable[Event], references: list[str], *, place: bool) -> IncidentSent:
    """One incident with its timeline. `references` are the partner's own names of its reports.

    Without `place` only the kelurahan is given.
    """
    kind, around = incident.type, incident.kelurahan
    return IncidentSent(
        number=incident.number, status=incident.status, priority=incident.priority,  # type: ignore[arg-type]
        type=TypeSent(code=kind.code, name_id=kind.name_id, name_en=kind.name_en),
        location=_spot(incident) if place else None, kelurahan=around.name if around else None,
        opened_at=incident.opened_at, accepted_at=incident.accepted_at, arrived_at=incident.arrived_at,
        closed_at=incident.closed_at, outcome=incident.outcome,
        merged_into=incident.merged_into.number if incident.merged_into else None, references=references,
        timeline=[
            EventSent(at=event.at, event=event.event_type, unit=event.detail.get("unit"))
            for event in events
            if event.event_type in SHOWN
        ],
    )  # fmt: skip


def collection(incidents: Sequence[Incident], hidden: Set[int]) -> FeatureCollection:
    """The first LARGEST_ANSWER incidents as GeoJSON. Those with ids in `hidden` have no geometry."""
    features = [_feature(incident, place=incident.id not in hidden) for incident in incidents[:LARGEST_ANSWER]]
    return FeatureCollection(type="FeatureCollection", features=features, truncated=len(incidents) > LARGEST_ANSWER)


def _feature(incident: Incident, *, place: bool) -> Feature:
    spot, around = _spot(incident) if place else None, incident.kelurahan
    return Feature(
        type="Feature", id=incident.number,
        geometry=Point(type="Point", coordinates=[spot.longitude, spot.latitude]) if spot else None,
        properties=Properties(
            number=incident.number, status=incident.status, priority=incident.priority,  # type: ignore[arg-type]
            type=incident.type.code, radius=spot.radius if spot else None, kelurahan=around.name if around else None,
            opened_at=incident.opened_at, closed_at=incident.closed_at,
        ),
    )  # fmt: skip


def _spot(incident: Incident) -> Spot | None:
    if incident.latitude is None or incident.longitude is None:
        return None
    return Spot.model_construct(
        latitude=incident.latitude, longitude=incident.longitude, radius=incident.accuracy
    )  # stored values are not validated again
