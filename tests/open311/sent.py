"""Service requests as partners send them, and what they read of the answers."""

from typing import Any
from xml.etree.ElementTree import Element, fromstring

from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.hazards.models import HazardReport
from meteor.store.database import db
from tests.cast import HOME
from tests.partners import Partner

REQUESTS = "/open311/v2/requests.json"
FLOOD = {"service_code": "flood", "lat": str(HOME[0]), "long": str(HOME[1]), "description": "Air masuk rumah"}


def sends(
    partner: Partner, form: Any = None, key: str | None = None, to: str = REQUESTS, **fields: Any
) -> TestResponse:
    """Send a flood at Sari's home, with these fields, the key in the form; of a `form` nothing else."""
    sent = form if form is not None else {**FLOOD, **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return partner.http.post(to, data={"api_key": partner.token, **sent}, headers=headers, csrf=False)


def reported(partner: Partner, **fields: Any) -> HazardReport:
    """The report of a request that was just taken."""
    answer = sends(partner, **fields)
    assert answer.status_code == 201, answer.text
    return only(answer.json[0]["service_request_id"])


def only(number: str) -> HazardReport:
    """The report with this number, as it is now."""
    db.session.expire_all()
    return db.session.scalars(select(HazardReport).where(HazardReport.number == number)).one()


def none() -> bool:
    return db.session.scalar(select(HazardReport.id).limit(1)) is None


def problems(answer: TestResponse) -> list[str]:
    """The descriptions of a refusal; each code is the status."""
    assert answer.content_type == "application/json; charset=utf-8", answer.text
    assert {each["code"] for each in answer.json} == {answer.status_code}
    return [each["description"] for each in answer.json]


def tree(answer: TestResponse) -> Element:
    """The root of an answer in XML."""
    assert answer.content_type == "text/xml; charset=utf-8", answer.text
    assert answer.data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    return fromstring(answer.data)


def read(partner: Partner, address: str, **query: str) -> Any:
    """What the partner reads with its key."""
    answer = partner.http.get(f"/open311/v2/{address}", query_string={"api_key": partner.token, **query})
    assert answer.status_code == 200, answer.text
    return answer.json
