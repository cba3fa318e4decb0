"""The panel of what may be the same as an incident, merging by one tap and separating by another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.alerts import merging
from meteor.alerts.models import Alert
from meteor.dispatch import rules as dispatch
from meteor.dispatch.reconciliation import reconcile
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


@pytest.fixture
def fires(cast: Cast) -> tuple[Incident, Incident]:
    return report(cast, "sari", "fire"), report(cast, "wahyu", "fire")


def panel(client: Browser, incident: Incident) -> str:
    answer = client.get(f"/incidents/{incident.number}/duplicates")
    assert answer.status_code == 200
    return str(answer.text)


def test_what_may_be_the_same_is_named_with_the_reasons(
    as_user: AsUser, cast: Cast, fires: tuple[Incident, Incident]
) -> None:
    first, second = fires
    second.opened_at = first.opened_at + timedelta(minutes=4)
    db.session.scalars(select(Alert).where(Alert.incident_id == second.id)).one().received_at = second.opened_at
    text = panel(as_user("maya"), second)
    assert "Mungkin kejadian yang sama" in text
    assert first.number in text
    assert "RT yang sama, jenis yang sama, selang 4 menit, jarak 10 m" in text
    cast.maya.language = "en"
    assert "same RT, same type, 4 min apart, 10 m away" in panel(as_user("maya"), second)


def test_the_incident_page_holds_the_panel_for_those_who_may_merge(
    as_user: AsUser, cast: Cast, fires: tuple[Incident, Incident]
) -> None:
    address = f"/incidents/{fires[0].number}"
    for who in ("maya", "komang", "hadi"):
        assert f'hx-get="{address}/duplicates"' in as_user(who).get(address).text
    assert "/duplicates" not in as_user("dewi").get(address).text


def test_the_panel_holds_no_form_and_is_polled_for_nothing_while_nothing_happens(
    as_user: AsUser, fires: tuple[Incident, Incident]
) -> None:
    maya = as_user("maya")
    text = panel(maya, fires[0])
    for word in ("<form", "<input", "hx-", "csrf"):
        assert word not in text
    address = f"/incidents/{fires[0].number}/duplicates?v={timeline.version()}"
    assert maya.get(address).status_code == 204


def test_reports_of_a_vague_place_are_not_said_to_be_metres_apart(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    second = report(cast, "wahyu", accuracy=1500.0)
    assert "jarak 0–1,5 km" in panel(as_user("maya"), second)


def test_what_is_less_likely_is_folded_away(as_user: AsUser, cast: Cast) -> None:
    one = report(cast, "sari", "fire")
    other = report(cast, "wahyu", "fire", latitude=HOME[0] + 200 / 110_600)
    folded = panel(as_user("maya"), one).split('<details id="others">')[1]
    assert other.number in folded


def test_of_many_the_three_likeliest_stand_in_sight(as_user: AsUser, cast: Cast) -> None:
    one, *others = (report(cast, who, "fire") for who in ("sari", "wahyu", "karto", "endang", "slamet", "agus"))
    shown, folded = panel(as_user("maya"), one).split('<details id="others">')
    assert [other.number in shown for other in others] == [True] * 3 + [False] * 2
    assert "Lainnya di sekitar (2)" in folded
    assert all(other.number in folded for other in others[3:])


def test_an_incident_that_is_alone_has_an_empty_panel(as_user: AsUser, cast: Cast) -> None:
    assert "<section" not in panel(as_user("maya"), report(cast))


@pytest.mark.parametrize("viewed", [0, 1])
def test_one_tap_merges_into_the_main_one_from_either_page(
    as_user: AsUser, fires: tuple[Incident, Incident], viewed: int
) -> None:
    main, same = fires
    maya, other = as_user("maya"), fires[1 - viewed]
    button = panel(maya, fires[viewed]).split(f'id="merge-{other.number}"')[1].split(">")[0]
    address = button.split('formaction="')[1].split('"')[0]
    assert f'value="{main.number}"' in button
    answer = maya.post(address, data={"into": main.number})
    assert (answer.status_code, answer.location) == (303, f"/incidents/{main.number}")
    db.session.refresh(same)
    assert same.merged_into == main


def test_the_more_urgent_the_better_planned_and_the_older_is_the_main_one(cast: Cast) -> None:
    other, emergency, fire, later = (
        report(cast, who, kind)
        for who, kind in (("sari", "other"), ("wahyu", "emergency"), ("bayu", "fire"), ("agus", "fire"))
    )
    assert merging.main_of(other, emergency) == emergency
    assert merging.main_of(emergency, fire) == fire
    assert merging.main_of(later, fire) == fire
    on_duty(cast, "dewi", "DAMKAR-01")
    reconcile(later.id, now())
    dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
    db.session.refresh(later)
    assert merging.main_of(later, fire) == later


def test_afterwards_each_page_leads_to_the_other_and_one_tap_separates(
    as_user: AsUser, cast: Cast, fires: tuple[Incident, Incident]
) -> None:
    main, same = fires
    maya = as_user("maya")
    maya.post(f"/incidents/{same.number}/merger", data={"into": main.number})
    assert f'formaction="/incidents/{same.number}/separation"' in panel(maya, main)
    assert "Wahyu Hidayat" in panel(maya, main)
    assert f'href="/incidents/{main.number}"' in panel(maya, same)
    assert f'href="/incidents/{main.number}"' in as_user("dewi").get(f"/incidents/{same.number}/state").text
    komang = as_user("komang")
    assert 'id="reopen"' not in komang.get(f"/incidents/{same.number}/units").text
    again = komang.post(f"/incidents/{same.number}/reopening", data={"reason": "Lagi"})
    assert f"Kejadian ini ditangani dalam {main.number}" in komang.get(again.location).text
    answer = maya.post(f"/incidents/{same.number}/separation", headers={"Accept": "application/json"})
    assert answer.json == {"url": f"/incidents/{same.number}"}
    db.session.refresh(same)
    assert same.status == "open"


def test_separating_from_a_closed_one_says_before_and_after_what_happens(
    as_user: AsUser, cast: Cast, fires: tuple[Incident, Incident]
) -> None:
    main, same = fires
    maya = as_user("maya")
    maya.post(f"/incidents/{same.number}/merger", data={"into": main.number})
    dispatch.close(main, "helped", "", now(), cast.komang)
    assert "Kejadian itu sudah ditutup." in panel(maya, same)
    answer = maya.post(f"/incidents/{same.number}/separation")
    assert f"{main.number} tetap ditutup" in maya.get(answer.location).text
    db.session.refresh(same)
    assert same.status == "open"


def test_what_nobody_asks_for_any_more_is_said(as_user: AsUser, cast: Cast) -> None:
    main, same = report(cast, "sari", "fire"), report(cast, "wahyu", "medical")
    maya = as_user("maya")
    answer = maya.post(f"/incidents/{same.number}/merger", data={"into": main.number})
    assert "juga meminta: medical" in maya.get(answer.location).text


def test_who_comes_too_late_reads_who_was_faster(as_user: AsUser, cast: Cast, fires: tuple[Incident, Incident]) -> None:
    main, same = fires
    as_user("maya").post(f"/incidents/{same.number}/merger", data={"into": main.number})
    late = {"headers": {"Accept": "application/json"}}
    komang = as_user("komang")
    again = komang.post(f"/incidents/{same.number}/merger", data={"into": main.number}, **late)
    assert again.status_code == 409
    assert "Maya Operator" in again.json["detail"]
    as_user("maya").post(f"/incidents/{same.number}/separation")
    gone = komang.post(f"/incidents/{same.number}/separation", **late)
    assert gone.status_code == 409
    assert "Maya Operator" in gone.json["detail"]
    dispatch.close(main, "helped", "", now(), cast.hadi)
    closed = komang.post(f"/incidents/{same.number}/merger", data={"into": main.number}, **late)
    assert "Hadi Pawas" in closed.json["detail"]
    never = komang.post(f"/incidents/{main.number}/separation", **late)
    assert never.status_code == 409


@pytest.mark.parametrize("into", ["", "x", "261124-999", "itself"])
def test_what_cannot_be_merged_into_is_refused(as_user: AsUser, fires: tuple[Incident, Incident], into: str) -> None:
    number = fires[0].number
    answer = as_user("maya").post(f"/incidents/{number}/merger", data={"into": number if into == "itself" else into})
    assert answer.status_code == 422
    assert fires[0].status == "open"
