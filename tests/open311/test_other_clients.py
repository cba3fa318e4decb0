"""GeoReport clients that others wrote, against METEOR as it is served: what they send arrives, and they read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from civicbot import Endpoint, HttpError, HttpTransport, Open311Client
from civicbot.http import RateLimiter
from flask import Flask
from georeport import GeoReport

from meteor.hazards import handling
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.hazards.scenes import hazard
from tests.open311.sent import only
from tests.partners import Partner
from tests.processes.conftest import Servers

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def endpoint(app: Flask, cast: Cast, tmp_path: Path) -> Iterator[str]:
    """The address of the API, in gunicorn."""
    servers = Servers(app, tmp_path)
    servers.start_gunicorn()
    yield f"http://127.0.0.1:{servers.port}/open311/v2"
    servers.stop()


@pytest.fixture
def client(endpoint: str, lapor: Partner) -> Open311Client:
    """The client of civicbot, at the pace of a test."""
    db.session.commit()  # or nobody else could write
    transport = HttpTransport(rate_limiter=RateLimiter(min_interval=0.0))
    return Open311Client(Endpoint("probolinggo", "Probolinggo", endpoint, write=True), transport)


def test_civicbot_reports_a_flood_by_the_services_definition_and_reads_it(
    client: Open311Client, lapor: Partner, cast: Cast
) -> None:
    sent = client.create_request(
        "flood", dry_run=False, confirm="SEND", api_key=lapor.token, validate_remote=True, lat=HOME[0], lng=HOME[1],
        description="Air masuk rumah, 62 cm – tolong", phone="081234567890", first_name="Budi",
        attributes={"severity": "2", "water_level": 62, "danger": ["rising"]},
    )  # fmt: skip
    (said,) = sent.response
    report = only(said["service_request_id"])
    assert (report.kind, report.water_level, report.severity, report.danger) == ("flood", 62, 2, "rising")
    assert (report.latitude, report.longitude, report.note[-8:]) == (*HOME, "– tolong")
    number, raised = report.number, report.alert_id is not None
    handling.verify(report, now(), cast.bagas)
    db.session.commit()  # nobody else can write before
    assert raised
    assert client.get_request(number)["status"] == "open"  # type: ignore[index]
    assert [each["service_request_id"] for each in client.list_requests(status="open")] == [number]
    assert client.get_token(number)[0]["service_request_id"] == number


def test_civicbot_reads_why_it_was_refused(client: Open311Client, lapor: Partner) -> None:
    with pytest.raises(HttpError, match="Token ini tidak berlaku") as refused:
        client.create_request("flood", dry_run=False, confirm="SEND", api_key="x", lat=HOME[0], lng=HOME[1])
    assert refused.value.status == 403


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_services_and_requests_in_both_formats(endpoint: str, cast: Cast, form: str) -> None:
    reports = [hazard(cast, status=status, kind="fallen_tree") for status in ("verified", "resolved")]
    reader = GeoReport(endpoint, output_format=form)
    services = reader.get_service_list()
    assert [each["service_code"] for each in services][:2] == ["flood", "tidal_flood"]
    definition = reader.get_service_definition("flood")
    assert definition["service_code"] == "flood"
    found = reader.get_service_requests(service_code="fallen_tree")
    assert {each["service_request_id"] for each in found} == {each.number for each in reports}
    one = reader.get_service_request(reports[1].number)
    assert (one["status"], one["service_name"]) == ("closed", "Pohon tumbang")
