"""The roles of a response plan: what a unit is on an incident, and what is shortfall by the name of its role."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from meteor.incidents.models import Incident
from meteor.protocols.models import PlanItem
from meteor.protocols.roles import Role, role_of, roles
from meteor.store.database import db
from tests.cast import Cast
from tests.scenes import on_duty, report

AsUser = Callable[[str], FlaskClient]


@pytest.fixture
def raid(cast: Cast) -> Incident:
    """A crime that asks for two patrols as action and a medical team; TRAIL-01 alone is on duty."""
    crime = cast.incident_type("crime")
    crime.plan[0].role_id, crime.plan[0].role_en = "TRC Penindak", "TRC action"
    crime.plan.append(PlanItem(capability="medical", count=1, position=1))
    on_duty(cast, "agus", "TRAIL-01")
    return report(cast, kind="crime")


def test_a_crew_reads_its_role_in_the_offer_and_on_the_job(as_user: AsUser, raid: Incident) -> None:
    assert "Peran Anda: <strong>TRC Penindak</strong>" in as_user("agus").get("/unit/offers").text
    assert "TRC Penindak" in as_user("komang").get(f"/incidents/{raid.number}/units").text


def test_what_lacks_is_called_by_its_role(as_user: AsUser, raid: Incident) -> None:
    for address in ("/incidents", f"/incidents/{raid.number}"):
        page = as_user("komang").get(address).text
        assert "1 × TRC Penindak" in page
        assert "1 × medical" in page


def test_a_line_without_a_role_is_called_by_its_capability(raid: Incident) -> None:
    assert role_of(raid.type, "medical") == Role("medical", "medical")
    assert role_of(raid.type, "flying") is None


def test_the_role_of_a_plan_of_one_line_goes_without_saying(cast: Cast) -> None:
    assert role_of(cast.incident_type("medical"), "medical") is None


def test_a_capability_that_was_removed_is_called_by_its_code(raid: Incident) -> None:
    assert roles()(raid.type_id, "flying") == Role("flying", "flying")


def test_a_role_speaks_the_language_of_the_page(as_user: AsUser, raid: Incident) -> None:
    agus = as_user("agus")
    with force_locale("en"):
        role = role_of(raid.type, "patrol")
    assert role
    assert (role.name_id, role.name_en) == ("TRC Penindak", "TRC action")
    db.session.rollback()
    agus.post("/language", data={"language": "en", "next": "/"})
    assert "Your role: <strong>TRC action</strong>" in agus.get("/unit/offers").text
