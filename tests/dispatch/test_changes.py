"""The dispatcher's override: units added, withdrawn, replaced, types changed, held alerts let go; with a reason.

And a crew that asks for another unit of its own agency.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from meteor.accounts.models import UserRole
from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.agencies.models import Member
from meteor.dispatch import overdue, override, rules
from meteor.dispatch.handling import permitted
from meteor.dispatch.override import ChoiceReason
from meteor.dispatch.reconciliation import offer_beside
from meteor.dispatch.roster import roster
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.notices.models import Notice
from meteor.protocols.models import PlanItem
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.scenes import missing, offered, on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Agus on TRAIL-01 has accepted Sari's call; Bayu on TRAIL-02 and Rina's ambulance are free."""
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    on_duty(cast, "rina", "AMBULANS-01")
    incident = report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    return incident


def add(
    client: Browser, incident: Incident, unit_id: object, reason: str = "Pelaku lebih dari satu"
) -> tuple[int, str]:
    answer = client.post(f"/incidents/{incident.number}/assignments", data={"unit": unit_id, "reason": reason})
    return answer.status_code, answer.text


def newest(incident: Incident, action: str) -> dict[str, Any]:
    db.session.rollback()
    event = timeline.last(incident.id, action)
    assert event
    return {**event.detail, "who": event.actor_name}


# --- adding a unit ---


def test_the_dispatcher_adds_any_unit_with_a_reason(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    assert add(as_user("komang"), incident, cast.unit("AMBULANS-01").id)[0] == 303
    assert open_assignment("AMBULANS-01").incident_id == incident.id
    added = newest(incident, "added")
    assert (added["who"], added["reason"]) == ("Komang Dispatcher", "Pelaku lebih dari satu")


def test_a_crew_adds_a_unit_of_its_own_agency_and_owes_no_reason(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    assert add(as_user("agus"), incident, cast.unit("TRAIL-02").id, "")[0] == 303
    assert open_assignment("TRAIL-02").added_by_id == cast.agus.id


def test_a_crew_adds_no_unit_of_another_agency(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    assert add(as_user("agus"), incident, cast.unit("AMBULANS-01").id)[0] == 422
    assert "AMBULANS-01" not in as_user("agus").get(f"/incidents/{incident.number}/assignments").text
    assert cast.unit("AMBULANS-01").status == "available"


@pytest.mark.parametrize("unit", ["", "nonsense", "0", "99999999999"])
def test_a_unit_that_is_none_is_refused(as_user: AsUser, cast: Cast, incident: Incident, unit: str) -> None:
    assert add(as_user("komang"), incident, unit)[0] == 422


def test_a_unit_that_was_sent_elsewhere_meanwhile_is_refused_with_where_it_is(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    other = report(cast, "wahyu")
    assert open_assignment("TRAIL-02").incident_id == other.id
    status, text = add(as_user("komang"), incident, cast.unit("TRAIL-02").id)
    assert status == 409
    assert f"sedang ditawari kejadian {other.number}" in text
    assert "Pelaku lebih dari satu" in text


def test_a_unit_that_went_off_duty_meanwhile_is_refused(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    agencies.end_duty(cast.bayu, now())
    status, text = add(as_user("komang"), incident, cast.unit("TRAIL-02").id)
    assert status == 409
    assert "sedang lepas dinas" in text


def test_nothing_is_added_to_what_somebody_closed_and_it_is_said_who_did(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    rules.close(incident, "helped", "", now(), cast.agus)
    komang = as_user("komang")
    assert add(komang, incident, cast.unit("TRAIL-02").id)[0] == 303
    assert "Agus Santoso sudah menutup kejadian ini pukul" in komang.get(f"/incidents/{incident.number}").text
    assert cast.unit("TRAIL-02").status == "available"


def test_the_nearest_stand_first_and_what_is_not_available_says_why(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    text = as_user("komang").get(f"/incidents/{incident.number}/assignments").text
    free, others = text.split("<details>")
    assert free.index("TRAIL-02") < free.index("AMBULANS-01")
    assert "700 m" in free
    assert "TRAIL-01" not in free
    assert others.index("TRAIL-01") < others.index("PATROLI-01")
    assert incident.number in others
    assert "Lepas dinas" in others


def test_with_nobody_to_add_the_page_says_what_to_do(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    assert "Tidak ada unit siap" in as_user("komang").get(f"/incidents/{incident.number}/assignments").text


def test_a_unit_that_a_person_adds_takes_the_red_mark_away(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    assert missing(incident) == {"patrol": 1}
    on_duty(cast, "bayu", "PATROLI-01")
    add(as_user("komang"), incident, cast.unit("PATROLI-01").id)
    db.session.refresh(incident)
    assert missing(incident) == {}
    assert open_assignment("PATROLI-01").capability == "patrol"


def test_an_added_unit_does_what_is_missing_most(as_user: AsUser, cast: Cast) -> None:
    cast.incident_type("emergency").plan = [PlanItem(capability="transport", count=1)]
    incident = report(cast)
    on_duty(cast, "bayu", "PATROLI-01")  # which can patrol, too
    add(as_user("komang"), incident, cast.unit("PATROLI-01").id)
    assert open_assignment("PATROLI-01").capability == "transport"


def test_a_unit_that_can_do_nothing_that_is_asked_for_leaves_the_red_mark(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    on_duty(cast, "rina", "AMBULANS-01")
    add(as_user("komang"), incident, cast.unit("AMBULANS-01").id)
    db.session.refresh(incident)
    assert missing(incident) == {"patrol": 1}


def test_adding_a_unit_lets_a_held_incident_go(as_user: AsUser, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast, "karto")
    assert incident.held
    add(as_user("komang"), incident, cast.unit("TRAIL-01").id)
    db.session.refresh(incident)
    assert not incident.held
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    assert incident.status == "dispatched"


# --- withdrawing and replacing ---


def test_a_withdrawn_unit_is_free_and_the_next_nearest_is_asked(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    assignment = open_assignment("TRAIL-01")
    komang, where = as_user("komang"), f"/assignments/{assignment.id}/withdrawal"
    assert "TRAIL-01" in komang.get(where).text
    answer = komang.post(where, data={"reason": "Ban kempes"})
    assert (answer.status_code, answer.location) == (303, f"/incidents/{incident.number}")
    db.session.rollback()
    assert cast.unit("TRAIL-01").status == "available"
    assert open_assignment("TRAIL-02").incident_id == incident.id
    assert newest(incident, "withdrawn")["reason"] == "Ban kempes"


def test_a_withdrawal_without_a_reason_is_none(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    answer = as_user("komang").post(f"/assignments/{open_assignment('TRAIL-01').id}/withdrawal", data={"reason": " "})
    assert answer.status_code == 422
    assert "Isi alasannya" in answer.text
    assert open_assignment("TRAIL-01").status == "accepted"


def test_a_withdrawal_of_what_is_over_reads_who_ended_it(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    assignment = open_assignment("TRAIL-01")
    rules.arrive(assignment, now(), cast.agus)
    rules.clear(assignment, now(), cast.agus)
    komang = as_user("komang")
    komang.post(f"/assignments/{assignment.id}/withdrawal", data={"reason": "x"})
    assert "menurut Agus Santoso" in komang.get(f"/incidents/{incident.number}").text


def test_a_replacement_takes_the_place_of_the_other(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    komang, where = as_user("komang"), f"/assignments/{open_assignment('TRAIL-01').id}/reassignment"
    assert "TRAIL-02" in komang.get(where).text
    answer = komang.post(where, data={"unit": cast.unit("TRAIL-02").id, "reason": "Lebih dekat"})
    assert answer.status_code == 303
    db.session.rollback()
    assert cast.unit("TRAIL-01").status == "available"
    assert open_assignment("TRAIL-02").incident_id == incident.id
    assert newest(incident, "added")["reason"] == "Lebih dekat"


def test_a_replacement_by_a_busy_unit_changes_nothing(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    report(cast, "wahyu")
    where = f"/assignments/{open_assignment('TRAIL-01').id}/reassignment"
    answer = as_user("komang").post(where, data={"unit": cast.unit("TRAIL-02").id, "reason": "Lebih dekat"})
    assert answer.status_code == 409
    assert "TRAIL-02 tidak dapat dikirim" in answer.text
    assert open_assignment("TRAIL-01").status == "accepted"


@pytest.mark.parametrize("given", [{"reason": "x"}, {"unit": "TRAIL-02"}, {"unit": "0", "reason": "x"}])
def test_a_replacement_needs_a_unit_and_a_reason(
    as_user: AsUser, cast: Cast, incident: Incident, given: dict[str, str]
) -> None:
    data = {**given, "unit": cast.unit("TRAIL-02").id} if given.get("unit") == "TRAIL-02" else given
    answer = as_user("komang").post(f"/assignments/{open_assignment('TRAIL-01').id}/reassignment", data=data)
    assert answer.status_code == 422
    assert open_assignment("TRAIL-01").status == "accepted"


# --- type and priority ---


def test_another_type_brings_its_priority_its_agency_and_its_units(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    fire = cast.incident_type("fire")
    answer = as_user("komang").post(
        f"/incidents/{incident.number}/type", data={"type": fire.id, "priority": 0, "reason": "Ada api"}
    )
    assert answer.status_code == 303
    db.session.refresh(incident)
    assert (incident.type.code, incident.priority) == ("fire", 1)
    assert open_assignment("DAMKAR-01").incident_id == incident.id
    assert newest(incident, "retyped")["reason"] == "Ada api"
    assert as_user("dewi").get(f"/incidents/{incident.number}").status_code == 200


def test_another_priority_alone(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    data = {"type": incident.type_id, "priority": 3, "reason": "Sudah aman"}
    as_user("komang").post(f"/incidents/{incident.number}/type", data=data)
    db.session.refresh(incident)
    assert (incident.type.code, incident.priority) == ("emergency", 3)
    said = newest(incident, "reprioritised")
    assert (said["before"], said["after"], said["reason"]) == (1, 3, "Sudah aman")


def test_the_form_begins_with_what_is(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    text = as_user("komang").get(f"/incidents/{incident.number}/type").text
    assert f'<option selected value="{incident.type_id}">' in text
    assert 'value="0" checked' in text
    incident.priority = 4
    assert 'value="4" checked' in as_user("komang").get(f"/incidents/{incident.number}/type").text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": ""}, "Isi alasannya"),
        ({"type": "999"}, "Pilih salah satu dari daftar"),
        ({"type": "fire"}, "Pilihan tidak benar"),
        ({"priority": "5"}, "Pilih salah satu dari daftar"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_with_what_would(
    as_user: AsUser, cast: Cast, incident: Incident, given: dict[str, str], words: str
) -> None:
    data = {"type": cast.incident_type("fire").id, "priority": 2, "reason": "Ada api"} | given
    answer = as_user("komang").post(f"/incidents/{incident.number}/type", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    db.session.refresh(incident)
    assert incident.type.code == "emergency"


def test_a_closed_incident_changes_no_more(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    rules.close(incident, "helped", "", now(), cast.agus)
    data = {"type": cast.incident_type("fire").id, "priority": 1, "reason": "Ada api"}
    komang = as_user("komang")
    komang.post(f"/incidents/{incident.number}/type", data=data)
    assert "Agus Santoso sudah menutup kejadian ini" in komang.get(f"/incidents/{incident.number}").text
    assert incident.type.code == "emergency"


# --- a better place ---


RT = "RT 03 RW 05 Mayangan"


@pytest.mark.parametrize("who", ["maya", "komang"])
def test_whoever_learns_where_it_is_corrects_the_place_and_its_crew_is_rung(
    as_user: AsUser, cast: Cast, incident: Incident, who: str
) -> None:
    client, at = as_user(who), f"/incidents/{incident.number}"
    assert f'href="{at}/place"' in client.get(f"{at}/units").text
    assert client.post(f"{at}/place", data={"place": RT}).status_code == 303
    moved = newest(incident, "moved")
    assert (moved["who"], moved["after"]["words"]) == (getattr(cast, who).name, RT)
    assert moved["before"]["kelurahan"] == "Mayangan"
    db.session.refresh(incident)
    assert incident.place["words"] == RT
    crew = select(Notice.user_id, Notice.role).where(Notice.kind == "place_corrected")
    assert db.session.execute(crew).all() == [(cast.agus.id, None)]


def test_the_form_says_once_how_exactly_the_place_is_known(as_user: AsUser, incident: Incident) -> None:
    incident.accuracy = 1500.0
    db.session.commit()
    form = as_user("komang").get(f"/incidents/{incident.number}/place").text
    assert "± 1,5 km" in form
    assert "1500 m" not in form


@pytest.mark.parametrize(("who", "told"), [("komang", False), ("maya", False), ("agus", True)])
def test_without_a_network_the_112_room_is_not_told_to_call_112(
    as_user: AsUser, incident: Incident, who: str, told: bool
) -> None:
    page = as_user(who).get(f"/incidents/{incident.number}").text
    unsent = page.split('<template id="unsent">')[1].split("</template>")[0]
    assert "Belum terkirim" in unsent
    assert ("hubungi 112" in unsent) == told


AT_PATROLI, AT_TRAIL = Place(-7.7490, 113.2160, 20.0, "call"), Place(-7.7355, 113.2160, 20.0, "call")


@pytest.mark.both_databases
def test_an_offer_made_from_a_wrong_place_goes_to_who_is_nearest_to_the_right_one(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "PATROLI-01")
    incident = report(cast)
    assert offered(incident) == ["TRAIL-01"]
    override.correct_place(incident, AT_PATROLI, now(), cast.komang)
    db.session.commit()
    assert offered(incident) == ["PATROLI-01"]
    said = [(each.event_type, each.detail.get("unit")) for each in timeline.of_incident(incident.id)]
    assert said[-3:] == [("moved", None), ("withdrawn", "TRAIL-01"), ("offered", "PATROLI-01")]
    assert newest(incident, "withdrawn")["reason"] == "place_corrected"
    assert "Ditarik kembali karena lokasi sudah diperbaiki" in as_user("agus").get("/unit/offers").text


def test_an_offer_to_who_is_still_the_nearest_stays_and_shows_the_right_place(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "PATROLI-01")
    incident = report(cast, accuracy=1500.0)
    before, expires = open_assignment("TRAIL-01").id, open_assignment("TRAIL-01").expires_at
    override.correct_place(incident, AT_TRAIL, now(), cast.komang)
    db.session.commit()
    offer = open_assignment("TRAIL-01")
    assert (offer.id, offer.expires_at, offered(incident)) == (before, expires, ["TRAIL-01"])
    assert "<strong>sekitar satu menit</strong>, 60 m" in as_user("agus").get("/unit/offers").text


def test_an_offer_to_a_unit_that_a_person_chose_stays_when_the_place_is_corrected(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast, kind="medical")
    override.add(incident, [cast.unit("TRAIL-01")], ChoiceReason("Kenal tempatnya"), now(), cast.komang)
    on_duty(cast, "bayu", "PATROLI-01")
    override.correct_place(incident, AT_PATROLI, now(), cast.komang)
    assert offered(incident) == ["TRAIL-01"]
    assert open_assignment("TRAIL-01").distance == pytest.approx(1549, abs=10)


def test_units_that_are_asked_beside_each_other_are_all_looked_at_again(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "dewi", "TRAIL-02")
    on_duty(cast, "bayu", "PATROLI-01")
    incident = report(cast)
    offer_beside(incident.id, now())
    assert offered(incident) == ["TRAIL-01", "TRAIL-02"]
    override.correct_place(incident, AT_PATROLI, now(), cast.komang)
    assert offered(incident) == ["TRAIL-02", "PATROLI-01"]


def test_a_point_of_the_map_is_as_exact_as_the_finger(as_user: AsUser, incident: Incident) -> None:
    point = {"place": "", "latitude": "-7.7500", "longitude": "113.2150", "radius": "40"}
    as_user("komang").post(f"/incidents/{incident.number}/place", data=point)
    db.session.refresh(incident)
    assert (incident.latitude, incident.longitude, incident.accuracy) == (-7.75, 113.215, 40.0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"place": "dekat pohon besar"}, "Tempat ini belum dapat dipastikan."),
        ({"place": ""}, "Tulis tempatnya, atau koordinatnya."),
        ({"latitude": "95", "longitude": "113.2"}, "Isi derajat dari -90 sampai 90"),
    ],
)
def test_a_place_that_means_no_point_is_refused_at_its_field(
    as_user: AsUser, incident: Incident, typed: dict[str, str], said: str
) -> None:
    before = incident.latitude
    answer = as_user("komang").post(f"/incidents/{incident.number}/place", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(f'value="{text}"' in answer.text for text in typed.values() if text)
    db.session.refresh(incident)
    assert incident.latitude == before


def test_an_incident_at_premises_stays_there(as_user: AsUser, incident: Incident) -> None:
    premises = shop()
    incident.premises_id, shop_name = premises.id, premises.name
    db.session.commit()
    assert "/place" not in as_user("komang").get(f"/incidents/{incident.number}/units").text
    before = incident.latitude
    client, at = as_user("komang"), f"/incidents/{incident.number}"
    for ask in (client.get, client.post):
        assert ask(f"{at}/place", data={"place": RT}).location == at
        assert f"Kejadian tetap di {shop_name}" in client.get(at).text
    db.session.refresh(incident)
    assert incident.latitude == before


# --- held alerts ---


@pytest.mark.parametrize("who", ["maya", "komang"])
def test_a_held_alert_is_let_go_by_a_call_taker_or_the_dispatcher(as_user: AsUser, cast: Cast, who: str) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast, "karto")
    client = as_user(who)
    assert (
        f'formaction="/incidents/{incident.number}/release"' in client.get(f"/incidents/{incident.number}/units").text
    )
    assert client.post(f"/incidents/{incident.number}/release").status_code == 303
    assert open_assignment("TRAIL-01").incident_id == incident.id
    assert "/release" not in client.get(f"/incidents/{incident.number}/units").text


def test_what_is_not_held_is_not_let_go_twice(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    as_user("maya").post(f"/incidents/{incident.number}/release")
    assert timeline.last(incident.id, "released") is None


def test_a_dispatcher_holds_an_incident_and_releases_it(as_user: AsUser, cast: Cast) -> None:
    unit, komang = on_duty(cast, "agus", "TRAIL-01"), as_user("komang")
    incident = report(cast)
    at = f"/incidents/{incident.number}"
    assert unit.status == "offered"
    assert komang.post(f"{at}/hold").status_code == 303
    overdue.serve_waiting(now())
    db.session.expire_all()
    assert (unit.status, incident.held) == ("available", True)
    text = komang.get(at).text + komang.get(f"{at}/units").text
    assert "Ditahan: tidak ada unit yang diminta" in text
    assert (f"{at}/hold" in text, f"{at}/release" in text) == (False, True)
    komang.post(f"{at}/release")
    assert open_assignment("TRAIL-01").incident_id == incident.id


def test_a_held_incident_lacks_nothing_until_it_is_released(as_user: AsUser, cast: Cast) -> None:
    fire, komang = report(cast, "wahyu", "fire"), as_user("komang")
    lacked = missing(fire)
    assert lacked
    db.session.commit()
    komang.post(f"/incidents/{fire.number}/hold")
    db.session.expire_all()
    assert missing(fire) == {}
    text = komang.get("/board/incidents").text
    assert "Ditahan" in text
    assert "Belum ada" not in text
    komang.post(f"/incidents/{fire.number}/release")
    db.session.expire_all()
    assert missing(fire) == lacked


def test_who_has_accepted_goes_on_though_the_incident_is_held(as_user: AsUser, incident: Incident) -> None:
    as_user("komang").post(f"/incidents/{incident.number}/hold")
    db.session.expire_all()
    assert open_assignment("TRAIL-01").status == "accepted"


# --- who may ---


@pytest.mark.parametrize("action", ["withdrawal", "reassignment"])
@pytest.mark.parametrize("who", ["agus", "maya", "yusuf", "sari", "tuti"])
def test_only_the_dispatcher_takes_units_away(
    as_user: AsUser, cast: Cast, incident: Incident, action: str, who: str
) -> None:
    where = f"/assignments/{open_assignment('TRAIL-01').id}/{action}"
    data = {"reason": "x", "unit": cast.unit("TRAIL-02").id}
    assert as_user(who).get(where).status_code == 403
    assert as_user(who).post(where, data=data).status_code == 403
    assert open_assignment("TRAIL-01").status == "accepted"


@pytest.mark.parametrize("who", ["agus", "maya", "yusuf", "sari"])
def test_only_the_dispatcher_says_what_it_is(as_user: AsUser, cast: Cast, incident: Incident, who: str) -> None:
    where = f"/incidents/{incident.number}/type"
    assert as_user(who).get(where).status_code == 403
    assert as_user(who).post(where, data={"type": 1, "priority": 1, "reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("bayu", 403), ("rina", 404), ("maya", 403), ("yusuf", 403), ("sari", 403)]
)
def test_who_is_not_on_it_adds_nothing_to_it(
    as_user: AsUser, cast: Cast, incident: Incident, who: str, status: int
) -> None:
    where = f"/incidents/{incident.number}/assignments"
    assert as_user(who).get(where).status_code == status
    assert add(as_user(who), incident, cast.unit("TRAIL-02").id)[0] == status
    assert cast.unit("TRAIL-02").status == "available"


@pytest.mark.parametrize(("who", "status"), [("agus", 403), ("yusuf", 403), ("sari", 403)])
def test_a_crew_lets_nothing_go(as_user: AsUser, cast: Cast, incident: Incident, who: str, status: int) -> None:
    assert as_user(who).post(f"/incidents/{incident.number}/release").status_code == status


def test_a_crew_whose_agency_forgot_it_adds_nothing(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    db.session.delete(db.session.get_one(Member, cast.agus.id))
    assert add(as_user("agus"), incident, cast.unit("TRAIL-02").id)[0] == 404


@pytest.mark.both_databases
def test_who_sees_everything_but_crews_for_nobody_adds_nothing(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    db.session.delete(db.session.get_one(Member, cast.agus.id))
    db.session.add(UserRole(user_id=cast.agus.id, role="call_taker"))
    text = as_user("agus").get(f"/incidents/{incident.number}/assignments").text
    assert "Tidak ada unit siap" in text
    assert add(as_user("agus"), incident, cast.unit("AMBULANS-01").id)[0] == 422


CREW = {"assignments", "closure", "reopening"}


@pytest.mark.parametrize(
    ("who", "actions"),
    [
        ("agus", CREW), ("bayu", set()), ("rina", set()), ("yusuf", set()), ("maya", {"release", "place"}),
        ("komang", CREW | {"type", "staging", "hold", "place", "release", "withdrawal", "reassignment", "dispatcher"}),
        ("hadi", CREW | {"type", "staging", "hold", "place", "release", "withdrawal", "reassignment", "dispatcher"}),
    ],
)  # fmt: skip
def test_what_each_may_decide(cast: Cast, incident: Incident, who: str, actions: set[str]) -> None:
    assert permitted(getattr(cast, who), incident) == actions


def test_the_actions_that_are_shown_are_those_that_are_permitted(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    for who in ("agus", "bayu", "komang", "maya", "yusuf"):
        text = as_user(who).get(f"/incidents/{incident.number}/units").text
        may = permitted(getattr(cast, who), incident)
        for action in ("assignments", "closure", "type"):
            assert (f'href="/incidents/{incident.number}/{action}"' in text) == (action in may), (who, action)
        for action in ("withdrawal", "reassignment"):
            assert (f"/{action}" in text) == (action in may), (who, action)


# --- the roster ---


@pytest.mark.both_databases
def test_a_roster_knows_distance_freshness_and_what_was_before(cast: Cast, incident: Incident) -> None:
    bayu = cast.unit("TRAIL-02")
    positions.report_position(bayu, *HOME, 10, now() - timedelta(minutes=12), now())
    rules.withdraw(open_assignment("TRAIL-01"), "x", now(), cast.komang)
    db.session.expire_all()
    entries = {entry.unit.call_sign: entry for entry in roster(incident, now())}
    assert entries["TRAIL-02"].distance == 0
    assert entries["TRAIL-02"].freshness == "stale"
    assert entries["TRAIL-02"].at_work_on == incident.number
    assert entries["TRAIL-01"].before == "withdrawn"
    assert entries["TRAIL-01"].available
    assert not entries["PATROLI-01"].available


def test_a_unit_out_of_service_is_in_no_roster(cast: Cast, incident: Incident) -> None:
    cast.unit("PATROLI-01").in_service = False
    assert "PATROLI-01" not in {entry.unit.call_sign for entry in roster(incident, now())}
