"""A report as GeoReport v2 has it: in full for the client that sent it, for all others as the public page shows it."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from meteor.hazards import labels
from meteor.hazards.models import OPEN, HazardReport
from meteor.hazards.public import COARSE, square_of
from meteor.store.moments import WIB

AGENCY = "BPBD Kota Probolinggo"


def request_view(report: HazardReport, client_id: int | None) -> dict[str, Any]:
    """The fields of a service request, for the client that asks, or for everybody (None)."""
    own = client_id is not None and report.client_id == client_id
    latitude, longitude = (report.latitude, report.longitude) if own else _square(report)
    return {
        "service_request_id": report.number,
        "status": "open" if report.status in OPEN else "closed",
        "status_notes": _notes(report, own),
        "service_name": str(labels.KINDS[report.kind]),
        "service_code": report.kind,
        "description": (report.note or None) if own else None,
        "agency_responsible": AGENCY,
        "service_notice": None,
        "requested_datetime": w3c(report.reported_at),
        "updated_datetime": w3c(max((message.at for message in report.messages), default=report.reported_at)),
        "expected_datetime": None,
        "address": _address(report, own) or None,
        "address_id": None,
        "zipcode": None,
        "lat": latitude,
        "long": longitude,
        "media_url": None,
    }


def w3c(moment: datetime) -> str:
    """A moment in the W3C's form, in WIB."""
    return moment.astimezone(WIB).isoformat(timespec="seconds")


def _notes(report: HazardReport, own: bool) -> str:
    """The status of the report in words; to its client also the question, or why."""
    words = str(labels.OWN_STATUSES[report.status])
    said = next((each.text for each in reversed(report.messages) if each.kind == report.status), "")
    return f"{words}: {said}" if own and said else words


def _address(report: HazardReport, own: bool) -> str:
    kelurahan = _("Kelurahan %(name)s", name=report.kelurahan.name) if report.kelurahan else ""
    return ", ".join(part for part in (report.place if own else "", kelurahan) if part)


def _square(report: HazardReport) -> tuple[float | None, float | None]:
    """The middle of its square of 100 m, if the place is known so exactly."""
    if report.latitude is None or report.longitude is None or (report.accuracy or 0) > COARSE:
        return None, None
    return square_of(report.latitude, report.longitude)
