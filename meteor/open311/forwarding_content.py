"""Content of a forwarded hazard. No reporter, no note, no photo; the exact place only for a trusted endpoint."""

from collections.abc import Mapping, Sequence
from uuid import uuid5

from flask_babel import force_locale
from flask_babel import gettext as _

from meteor.hazards.labels import KINDS, severity
from meteor.hazards.models import HazardReport
from meteor.hazards.public import COARSE, square_of
from meteor.open311.forwarding_models import ForwardEndpoint

LANGUAGE = "id"
"""The language of the services that hazards are forwarded to."""


MARKED = "METEOR B-"
"""Beginning of the description of every hazard that a METEOR has forwarded."""


def marker(report: HazardReport) -> str:
    """The words by which people, and METEOR itself, recognise the hazard among an endpoint's requests.

    They begin the description, since some endpoints cut it.
    """
    return f"METEOR {report.number}."


def idempotency_key(report: HazardReport, endpoint: ForwardEndpoint) -> str:
    """The same for every attempt to send a hazard to an endpoint."""
    return str(uuid5(report.id, f"open311:{endpoint.id}"))


def content(report: HazardReport, parts: Sequence[HazardReport], endpoint: ForwardEndpoint) -> dict[str, str]:
    """The fields of the request. `parts` are the reports that were joined to this one."""
    with force_locale(LANGUAGE):
        description = _description(report, parts, endpoint.trusted)
        area = _("Kelurahan %(name)s", name=report.kelurahan.name) if report.kelurahan else ""
    return {
        "service_code": endpoint.mapping.get(report.kind, ""),
        "description": description,
        **_position(report, endpoint.trusted),
        "address_string": ", ".join(filter(None, (area, "Kota Probolinggo"))),
    }


def _description(report: HazardReport, parts: Sequence[HazardReport], trusted: bool) -> str:
    told = [report, *parts]
    worst = max((each.severity or 0 for each in told), default=0)
    kind = str(KINDS[report.kind])
    sentences = [marker(report), f"{kind}: {severity(report.kind, worst)}." if worst else f"{kind}."]
    levels = [each.water_level for each in told if each.water_level is not None]
    if levels:
        sentences.append(_("Water: up to %(centimetres)s cm above the street.", centimetres=max(levels)))
    if trusted and report.place:
        sentences.append(_("Place: %(words)s.", words=report.place))
    if parts:
        sentences.append(_("%(count)s people reported it.", count=len(told)))
    sentences.append(_("Verified by BPBD Kota Probolinggo."))
    return " ".join(sentences)


def _position(report: HazardReport, trusted: bool) -> Mapping[str, str]:
    """The place in degrees WGS-84: exact for a trusted endpoint, else the middle of its public square."""
    known = report.latitude is not None and report.longitude is not None and (report.accuracy or 0) <= COARSE
    if report.latitude is None or report.longitude is None or not known:
        return {}
    latitude, longitude = report.latitude, report.longitude
    if not trusted:
        latitude, longitude = square_of(latitude, longitude)
    return {"lat": f"{latitude:.6f}", "long": f"{longitude:.6f}"}
