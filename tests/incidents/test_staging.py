"""A silent approach: no sirens, and a staging point away from the entrance that a dispatcher may choose."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from geopy.distance import geodesic

from meteor.incidents import rules, staging, timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.incidents.rules import Opening, TypeRow
from meteor.premises.models import Premises
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.scenes import on_duty, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], FlaskClient]
ENTRANCE = (HOME[0] + 0.0003, HOME[1])  # on the street in the north


@pytest.fixture
def shop(cast: Cast) -> Premises:
    """A gold shop at Sari's door; crimes are gone to silently."""
    cast.incident_type("crime").silent_approach = True
    premises = Premises(
        name="Toko Emas Semeru", kind="gold_shop", address="Jl. Ikan Paus 1", latitude=HOME[0], longitude=HOME[1],
        entrance_latitude=ENTRANCE[0], entrance_longitude=ENTRANCE[1],
    )  # fmt: skip
    db.session.add(premises)
    db.session.flush()
    return premises


def alarm(cast: Cast, shop: Premises, code: str = "crime") -> Incident:
    known = cast.incident_type(code)
    row = TypeRow.of(known)
    place = Place(shop.latitude, shop.longitude, 10.0, "premises")
    incident_id, _ = rules.open_incident(Opening(row, "sas", place, premises_id=shop.id), now())
    db.session.commit()
    return db.session.get_one(Incident, incident_id)


def test_a_point_200_m_away_on_the_other_side_of_the_entrance_is_suggested(cast: Cast, shop: Premises) -> None:
    incident = alarm(cast, shop)
    assert staging.metres_away(incident) == pytest.approx(200, abs=1)
    assert incident.staging_latitude
    assert incident.staging_latitude < shop.latitude
    assert geodesic(ENTRANCE, (incident.staging_latitude, incident.staging_longitude)).meters > 230


@pytest.mark.parametrize("entrance", [(None, None), HOME])
def test_where_nobody_knows_the_entrance_a_person_chooses(
    cast: Cast, shop: Premises, entrance: tuple[float | None, float | None]
) -> None:
    shop.entrance_latitude, shop.entrance_longitude = entrance
    assert alarm(cast, shop).staging_latitude is None


def test_an_ordinary_incident_has_no_staging_point_until_it_becomes_one_that_needs_it(
    cast: Cast, shop: Premises
) -> None:
    incident = alarm(cast, shop, "fire")
    assert incident.staging_latitude is None
    crime = cast.incident_type("crime")
    rules.retype(incident, TypeRow.of(crime), now(), cast.komang)
    assert incident.staging_latitude is not None


def test_the_crew_is_told_to_come_silently_and_where_to_wait(as_user: AsUser, cast: Cast, shop: Premises) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast, kind="crime", premises_id=shop.id)
    page = as_user("agus").get("/unit/offers").text
    assert "tanpa sirene" in page
    assert f"geo:{incident.staging_latitude:.6f},{incident.staging_longitude:.6f}" in page
    assert "200 m" in as_user("agus").get(f"/incidents/{incident.number}").text


def test_a_staging_point_is_told_to_lie_no_more_exactly_from_a_vague_place(
    as_user: AsUser, cast: Cast, shop: Premises
) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast, kind="crime", premises_id=shop.id)
    incident.accuracy = 1500.0
    db.session.commit()
    for page in ("/unit/offers", f"/incidents/{incident.number}", f"/incidents/{incident.number}/paper"):
        assert "Titik kumpul unit, 0–1,7 km dari lokasi" in as_user("agus").get(page).text


def test_a_crew_without_a_staging_point_is_told_to_ask(as_user: AsUser, cast: Cast) -> None:
    cast.incident_type("crime").silent_approach = True
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, kind="crime")
    assert "Titik kumpul unit belum ditentukan" in as_user("agus").get("/unit/offers").text


def test_the_dispatcher_chooses_another_point_and_it_stands_on_the_timeline(
    as_user: AsUser, cast: Cast, shop: Premises
) -> None:
    incident = alarm(cast, shop)
    komang = as_user("komang")
    assert f"{incident.staging_latitude}" in komang.get(f"/incidents/{incident.number}/staging").text
    point = {"latitude": "-7,7350", "longitude": "113.2166"}
    assert komang.post(f"/incidents/{incident.number}/staging", data=point).status_code == 303
    db.session.rollback()
    assert (incident.staging_latitude, incident.staging_longitude) == (-7.735, 113.2166)
    event = timeline.last(incident.id, "staged")
    assert event
    assert event.actor_name == "Komang Dispatcher"
    assert "Titik kumpul unit ditentukan" in komang.get(f"/incidents/{incident.number}").text


def test_what_is_no_point_is_refused_and_stays_in_the_form(as_user: AsUser, cast: Cast, shop: Premises) -> None:
    incident = alarm(cast, shop)
    answer = as_user("komang").post(
        f"/incidents/{incident.number}/staging", data={"latitude": "di belakang", "longitude": "113.2"}
    )
    assert answer.status_code == 422
    assert "di belakang" in answer.text
    assert "latitude-error" in answer.text


def test_a_closed_incident_takes_no_staging_point_and_says_who_closed_it(
    as_user: AsUser, cast: Cast, shop: Premises
) -> None:
    incident = alarm(cast, shop)
    before = incident.staging_latitude, incident.staging_longitude
    rules.close(incident, "false_alarm", "", now(), cast.komang)
    db.session.commit()
    point = {"latitude": "-7.7350", "longitude": "113.2166"}
    komang = as_user("komang")
    assert komang.post(f"/incidents/{incident.number}/staging", data=point).status_code == 303
    assert "Komang Dispatcher sudah menutup kejadian ini" in komang.get(f"/incidents/{incident.number}").text
    db.session.rollback()
    assert (incident.staging_latitude, incident.staging_longitude) == before
