"""Who called about an incident, where its reporters are now, and who may know."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from meteor.alerts import followup
from meteor.alerts.models import Alert
from meteor.alerts.rules import Receipt
from meteor.dispatch import rules as dispatch
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.presses import press, the_incident
from tests.alerts.test_calls import call
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.partners import Partner
from tests.scenes import on_duty, open_assignment

AsUser = Callable[[str], Browser]


@pytest.fixture
def called(cast: Cast) -> Receipt:
    on_duty(cast, "dewi", "DAMKAR-01")
    return call(cast)


def test_the_callers_number_is_there_to_be_called(cast: Cast, as_user: AsUser, called: Receipt) -> None:
    text = as_user("dewi").get(f"/incidents/{called.number}/callers").text
    assert "Bu Sri" in text
    assert 'href="tel:+6281234567890"' in text


def test_every_caller_of_an_incident_is_shown(cast: Cast, as_user: AsUser, called: Receipt) -> None:
    call(cast, incident_id=the_incident(called).id, caller_name="Pak Budi", caller_phone="anonymous")
    text = as_user("maya").get(f"/incidents/{called.number}/callers").text
    assert "Bu Sri" in text
    assert "Pak Budi" in text
    assert "tel:anonymous" not in text


def test_nobody_is_called_who_must_not_be_heard(cast: Cast, as_user: AsUser) -> None:
    receipt = call(cast, silent=True)
    text = as_user("maya").get(f"/incidents/{receipt.number}/callers").text
    assert "tel:" not in text
    assert "jangan menelepon" in text


def test_officers_learn_no_number_once_the_incident_is_closed(cast: Cast, as_user: AsUser, called: Receipt) -> None:
    dispatch.close(the_incident(called), "helped", "", now(), cast.komang)
    db.session.commit()
    address = f"/incidents/{called.number}/callers"
    assert "Bu Sri" not in as_user("dewi").get(address).text
    assert "Bu Sri" in as_user("maya").get(address).text


def test_an_officer_of_another_agency_learns_nothing(cast: Cast, as_user: AsUser) -> None:
    receipt = call(cast, "medical")
    assert as_user("dewi").get(f"/incidents/{receipt.number}/callers").status_code == 404


def test_a_press_is_no_call(cast: Cast, as_user: AsUser) -> None:
    receipt = press(cast)
    assert "Sari" not in as_user("maya").get(f"/incidents/{receipt.number}/callers").text


def test_where_the_reporter_is_now_is_shown_with_its_age_and_radius_and_on_the_map(cast: Cast, as_user: AsUser) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    receipt = press(cast)
    followup.add_fix(db.session.get_one(Alert, receipt.id), HOME[0] - 0.0045, HOME[1], 15.0, now())
    for who in ("agus", "maya", "komang"):
        text = as_user(who).get(f"/incidents/{receipt.number}/callers").text
        assert "Posisi pelapor sekarang" in text
        assert "500 m dari lokasi kejadian" in text
        assert "± 15 m" in text
        assert 'class="age"' in text
        assert f'data-mark="reporter" data-latitude="{HOME[0] - 0.0045:.6f}"' in text
        assert 'data-radius="15"' in text
    assert 'id="incident-map"' in as_user("agus").get(f"/incidents/{receipt.number}").text


def test_a_new_position_is_polled(cast: Cast, as_user: AsUser) -> None:
    receipt = press(cast)
    address = f"/incidents/{receipt.number}/callers"
    shown = as_user("komang").get(address).text.split('data-version="')[1].split('"')[0]
    assert as_user("komang").get(f"{address}?v={shown}").status_code == 204
    followup.add_fix(db.session.get_one(Alert, receipt.id), HOME[0] - 0.0045, HOME[1], 15.0, now())
    assert as_user("komang").get(f"{address}?v={shown}").status_code == 200


@pytest.fixture
def reported(cast: Cast, partner: Partner) -> str:
    """Bu Tutik has told a partner's agent of a fire; the engine was asked. The incident's number."""
    on_duty(cast, "dewi", "DAMKAR-01")
    told = {"type": "fire", "phone": "+6281234567890", "name": "Bu Tutik", "place": "Jl. Ikan Paus", "note": "asap"}
    return str(partner.post("/api/v1/incidents", told).json["number"])


@pytest.mark.parametrize("who", ["dewi", "maya", "komang"])
def test_who_called_a_partner_is_there_to_be_called_back(cast: Cast, as_user: AsUser, reported: str, who: str) -> None:
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    text = as_user(who).get(f"/incidents/{reported}/callers").text
    assert "Bu Tutik" in text
    assert 'href="tel:+6281234567890"' in text
    assert "Bu Tutik" in as_user(who).get(f"/incidents/{reported}/paper").text


def test_who_called_a_partner_is_nobody_elses_concern(cast: Cast, as_user: AsUser, reported: str) -> None:
    assert as_user("rina").get(f"/incidents/{reported}/callers").status_code == 404
    incident = db.session.scalars(select(Incident).where(Incident.number == reported)).one()
    dispatch.close(incident, "helped", "", now(), cast.komang)
    db.session.commit()
    assert "Bu Tutik" not in as_user("dewi").get(f"/incidents/{reported}/callers").text
    assert "Bu Tutik" not in as_user("dewi").get(f"/incidents/{reported}/paper").text
    assert "Bu Tutik" in as_user("komang").get(f"/incidents/{reported}/callers").text
