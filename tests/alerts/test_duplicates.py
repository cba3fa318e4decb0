"""Finding the open incidents that a report may be of."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from meteor.alerts import duplicates
from meteor.alerts.duplicate_score import Evidence
from meteor.alerts.duplicates import NewReport
from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.incidents.models import Incident
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import report

pytestmark = pytest.mark.both_databases

NORTH = 1 / 110_600  # degrees of a metre


def new_report(cast: Cast, kind: str = "fire", metres: float = 30, **given: object) -> NewReport:
    place = {"latitude": HOME[0] + metres * NORTH, "longitude": HOME[1], "radius": 10.0}
    return NewReport(**{"at": now(), "type_id": cast.incident_type(kind).id} | place | given)


def found(asked: NewReport) -> list[Incident]:
    return [candidate.incident for candidate in duplicates.candidates(asked)]


def earlier(incident: Incident, minutes: float) -> None:
    at = now() - timedelta(minutes=minutes)
    incident.opened_at = at
    db.session.execute(update(Alert).where(Alert.incident_id == incident.id).values(received_at=at))


def test_what_is_near_in_space_time_and_kind_is_found_the_likeliest_first(cast: Cast) -> None:
    farther = report(cast, "sari", "fire", latitude=HOME[0] - 90 * NORTH)
    nearer = report(cast, "wahyu", "fire")
    report(cast, "bayu", "medical")
    report(cast, "agus", "fire", latitude=HOME[0] + 0.05)
    candidates = duplicates.candidates(new_report(cast))
    assert [candidate.incident for candidate in candidates] == [nearer, farther]
    assert all(candidate.likely for candidate in candidates)


def test_what_is_closed_or_long_ago_is_not_found(cast: Cast) -> None:
    dispatch.close(report(cast, "sari", "fire"), "helped", "", now(), cast.komang)
    earlier(report(cast, "wahyu", "fire"), 16)
    assert found(new_report(cast)) == []


def test_a_type_may_reach_farther(cast: Cast) -> None:
    incident = report(cast, "sari", "disaster")
    far = new_report(cast, "disaster", 400)
    assert found(far) == []
    cast.incident_type("disaster").duplicate_radius = 500
    assert found(far) == [incident]


def test_the_callers_phone_is_known_from_the_reporters_account(cast: Cast) -> None:
    incident = report(cast, "sari", "medical", latitude=None, longitude=None)
    earlier(incident, 30)
    nowhere = {"latitude": None, "longitude": None}
    (candidate,) = duplicates.candidates(new_report(cast, "medical", phone=cast.sari.phone, **nowhere))
    assert candidate.incident == incident
    assert Evidence.PHONE in [reason.evidence for reason in candidate.reasons]
    assert found(new_report(cast, "medical", phone=cast.wahyu.phone, **nowhere)) == []


def test_a_caller_without_an_account_is_known_by_the_number(cast: Cast) -> None:
    incident = report(cast, "sari", "medical", latitude=None, longitude=None, caller_phone="+6281200000001")
    assert found(NewReport(now(), kind="medical", phone="+6281200000001")) == [incident]
    assert found(NewReport(now(), kind="medical", phone="+6281200000002")) == []


def test_another_member_of_the_household_is_recognised(cast: Cast) -> None:
    incident = report(cast, "sari", "medical")
    home = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one().household_id
    (candidate,) = duplicates.candidates(NewReport(now(), kind="medical", household_id=home))
    assert candidate.incident == incident
    assert duplicates.candidates(NewReport(now(), kind="medical", household_id=uuid4())) == []


def test_while_nobody_said_what_it_is_every_kind_comes_into_question(cast: Cast) -> None:
    incidents = {report(cast, "sari", "fire").number, report(cast, "wahyu", "medical").number}
    assert {incident.number for incident in found(new_report(cast, type_id=None))} == incidents


def test_an_incident_is_not_its_own_duplicate(cast: Cast) -> None:
    one, other = report(cast, "sari", "fire"), report(cast, "wahyu", "fire")
    assert [candidate.incident for candidate in duplicates.of_incident(one)] == [other]
    assert [candidate.incident for candidate in duplicates.of_incident(other)] == [one]


def test_not_more_are_found_than_can_be_read(cast: Cast) -> None:
    for who in ("sari", "wahyu", "karto", "endang", "slamet", "agus", "bayu", "dewi", "rina", "toko"):
        report(cast, who, "fire")
    assert len(found(new_report(cast))) == duplicates.SHOWN
    assert len(duplicates.of_incident(db.session.scalars(select(Incident)).first())) == duplicates.SHOWN
