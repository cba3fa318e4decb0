"""The console's pages: the lists, a call, and its actions."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from meteor.calls import drafts, rules, sending
from meteor.calls.models import Call
from meteor.dispatch import rules as dispatch
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import SRI, asked, enough, prank, rings, taken, typed
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def version_in(page: TestResponse) -> str:
    found = re.search(r'data-version="(\w+)"', page.text)
    assert found
    return found[1]


def test_the_room_shows_who_waits_with_a_clock_and_rings(cast: Cast, as_user: AsUser) -> None:
    rings()
    page = as_user("maya").get("/calls").text
    assert "0812-3456-7890" in page
    assert 'data-steps="10 15 20"' in page
    assert 'data-alarm="offer"' in page
    assert 'data-key="F2"' in page


def test_the_room_is_where_a_call_takers_work_begins(cast: Cast, as_user: AsUser) -> None:
    assert as_user("maya").get("/sign-in").location == "/calls"


def test_a_poll_that_has_seen_it_all_gets_nothing_and_a_new_call_is_shown(cast: Cast, as_user: AsUser) -> None:
    maya = as_user("maya")
    seen = version_in(maya.get("/calls"))
    assert maya.get(f"/calls/waiting?v={seen}").status_code == 204
    rings()
    assert "0812-3456-7890" in maya.get(f"/calls/waiting?v={seen}").text


def test_the_polled_part_holds_nothing_that_a_swap_would_lose(cast: Cast, as_user: AsUser) -> None:
    rings()
    call = taken(cast)
    for address in ("/calls/waiting", "/calls/waiting/brief", f"/calls/{call.id}/known"):
        text = as_user("maya").get(address).text
        assert not re.search(r"<form|<input|<textarea|hx-trigger", text)


def test_the_callers_older_incident_stands_first_among_those_it_may_be_but_for_a_likely_one(
    cast: Cast, as_user: AsUser
) -> None:
    likely, own = report(cast, "wahyu", "fire"), report(cast, "sari", "crime", latitude=HOME[0] + 0.03)
    unlikely = report(cast, "karto", "fire", latitude=HOME[0] + 0.0021)
    call = taken(cast)
    typed(cast, call, **enough(cast) | {"phone": "081330000001"})
    page = as_user("maya").get(f"/calls/{call.id}/known").text
    assert re.findall(r'id="join-([\d-]+)"', page) == [likely.number, own.number, unlikely.number]


def test_a_call_that_one_takes_is_no_longer_offered_and_all_see_who_has_it(cast: Cast, as_user: AsUser) -> None:
    call = rings()
    answer = as_user("maya").post(f"/calls/{call.id}/taking")
    assert (answer.status_code, answer.location) == (303, f"/calls/{call.id}")
    page = as_user("komang").get("/calls").text
    assert "Maya Operator" in page
    assert "/taking" not in page


def test_who_comes_second_reads_who_has_the_call(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    komang = as_user("komang")
    assert komang.post(f"/calls/{call.id}/taking").location == "/calls"
    assert "Panggilan ini sedang ditangani Maya Operator." in komang.get("/calls").text


def test_a_missed_call_is_called_back(cast: Cast, as_user: AsUser) -> None:
    call = rings()
    rules.exchange_event(call, "abandoned", now())
    maya = as_user("maya")
    assert f"/calls/{call.id}/call-back" in maya.get("/calls").text
    assert maya.post(f"/calls/{call.id}/call-back").location == f"/calls/{call.id}"
    assert "call-back" not in maya.get("/calls").text


def test_a_call_is_written_down_by_hand(cast: Cast, as_user: AsUser) -> None:
    maya = as_user("maya")
    assert maya.get("/calls/new").status_code == 200
    page = maya.get(maya.post("/calls", data={"caller": "081234567890"}).location)
    assert "0812-3456-7890" in page.text
    assert db.session.query(Call).one().taken_by_id == cast.maya.id


@pytest.mark.both_databases
def test_without_a_script_a_call_becomes_an_incident_with_three_fields(cast: Cast, as_user: AsUser) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    maya = as_user("maya")
    address = maya.post("/calls").location
    fields = {"version": "0", "phone": "081234567890", "type": "kebakaran", "place": "alun-alun probolinggo"}
    answer = maya.post(f"{address}/incident", data=fields)
    assert (answer.status_code, answer.location) == (303, address)
    incident = db.session.query(Incident).one()
    assert (incident.type.code, incident.latitude) == ("fire", -7.7430)
    assert open_assignment("DAMKAR-01").incident_id == incident.id
    page = maya.get(address).text
    assert f"/incidents/{incident.number}/units" in page


@pytest.mark.both_databases
def test_what_is_missing_is_named_and_what_was_typed_is_there_again(cast: Cast, as_user: AsUser) -> None:
    call = rings("anonymous")
    answer = as_user("maya").post(f"/calls/{call.id}/incident", data={"version": "0", "note": "Ada api", "phone": " "})
    assert answer.status_code == 422
    assert "Lokasi belum diisi." in answer.text
    assert "Ada api" in answer.text
    assert answer.text.count('aria-invalid="true"') == 3
    assert db.session.query(Incident).count() == 0


def test_what_is_typed_is_kept_and_the_page_learns_the_version(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    maya = as_user("maya")
    answer = maya.post(f"/calls/{call.id}/draft", data={"version": "0", "note": "Ada api"})
    assert answer.json == {"version": 1, "holder": "", "aside": 0}
    assert "Ada api" in maya.get(f"/calls/{call.id}").text


def test_who_types_into_somebody_elses_call_learns_whose_it_is(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    answer = as_user("komang").post(f"/calls/{call.id}/draft", data={"version": "0", "note": "Ada api"})
    assert answer.json["holder"] == "Maya Operator"
    assert "Maya Operator" in as_user("komang").get(f"/calls/{call.id}").text


def test_what_another_window_typed_is_shown_until_it_is_read(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    drafts.save_draft(call, {"note": "api di dapur"}, 0, now(), cast.maya)
    drafts.save_draft(call, {"note": "asap"}, 0, now(), cast.maya)
    maya = as_user("maya")
    assert "api di dapur" in maya.get(f"/calls/{call.id}").text
    maya.post(f"/calls/{call.id}/aside", data={"version": "2"})
    assert "api di dapur" not in maya.get(f"/calls/{call.id}").text


@pytest.mark.both_databases
def test_the_caller_is_known_before_the_second_sentence(cast: Cast, as_user: AsUser) -> None:
    pressed = report(cast)
    call = taken(cast, caller=cast.sari.phone)
    text = as_user("maya").get(f"/calls/{call.id}").text
    assert "Sari Wulandari" in text
    assert "Jl. Ikan Paus 3" in text
    assert pressed.number in text


def test_a_caller_whose_number_no_code_has_verified_is_marked(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast, caller=cast.sari.phone)
    assert "Nomor belum terverifikasi" in as_user("maya").get(f"/calls/{call.id}").text
    cast.sari.phone_verified_at = now()
    assert "Nomor belum terverifikasi" not in as_user("maya").get(f"/calls/{call.id}").text


def test_pranks_of_the_number_are_shown(cast: Cast, as_user: AsUser) -> None:
    for _ in range(3):
        prank(cast)
    text = as_user("maya").get(f"/calls/{taken(cast).id}").text
    assert "3 panggilan iseng dalam 30 hari" in text
    assert "Telepon balik dulu" in text


def test_an_open_incident_nearby_is_proposed_and_joined_with_one_action(cast: Cast, as_user: AsUser) -> None:
    pressed = report(cast, kind="fire")
    call = taken(cast)
    typed(cast, call, **enough(cast))
    maya = as_user("maya")
    assert f'value="{pressed.number}"' in maya.get(f"/calls/{call.id}/known").text
    maya.post(f"/calls/{call.id}/joining", data={"version": "1", "incident": pressed.number})
    db.session.refresh(call)
    assert call.alert is not None
    assert call.alert.incident_id == pressed.id


def test_a_place_outside_of_the_city_is_flagged_and_sent_all_the_same(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    typed(cast, call, **enough(cast) | {"latitude": "-7.2", "longitude": "112.7"})
    maya = as_user("maya")
    assert "Di luar kota" in maya.get(f"/calls/{call.id}/known").text
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    assert "outside_city" in db.session.query(Incident).one().flags


def test_the_position_that_the_phone_sent_is_the_place_until_another_is_said(cast: Cast, as_user: AsUser) -> None:
    aml = 'A"ML=1;lt=-7.74370;lg=113.21570;rd=52;top=20261124112928;lc=68;pm=G'
    call = taken(cast, aml=aml)
    assert (call.latitude, call.radius) == (-7.7437, 52)
    assert "<small>-7.7437, 113.2157 ± 52 m</small>" in as_user("maya").get(f"/calls/{call.id}").text


def test_a_call_is_classified_and_a_prank_needs_a_reason(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    maya = as_user("maya")
    answer = maya.post(f"/calls/{call.id}/classification", data={"version": "0", "class": "prank"})
    assert (answer.status_code, "Sebutkan alasannya" in answer.text) == (422, True)
    data = {"version": "0", "class": "prank", "reason": "tertawa"}
    assert maya.post(f"/calls/{call.id}/classification", data=data).location == "/calls"
    again = maya.post(f"/calls/{call.id}/classification", data={"version": "0", "class": "ghost"})
    assert (again.status_code, "sudah dicatat" in again.text.lower()) == (422, True)
    assert maya.post(f"/calls/{call.id}/classification", data={"version": "0"}).status_code == 422


def test_who_joins_a_call_that_was_sent_already_reads_where_it_belongs(cast: Cast, as_user: AsUser) -> None:
    other = report(cast, "wahyu", "crime", latitude=HOME[0] + 0.03)
    call = taken(cast)
    typed(cast, call, **enough(cast))
    maya = as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    db.session.refresh(call)
    assert call.alert is not None
    maya.post(f"/calls/{call.id}/joining", data={"version": "1", "incident": other.number})
    page = maya.get(f"/calls/{call.id}").text
    assert f"kejadian {call.alert.incident.number}" in page
    assert f"kejadian {other.number}" not in page


def test_the_supervisor_alone_corrects_what_a_call_was(cast: Cast, as_user: AsUser) -> None:
    call = prank(cast)
    address = f"/calls/{call.id}/reclassification"
    assert "reclassification" not in as_user("maya").get(f"/calls/{call.id}").text
    hadi = as_user("hadi")
    assert address in hadi.get(f"/calls/{call.id}").text
    refused = hadi.post(address, data={"version": "0", "class": "ghost", "reason": ""})
    assert (refused.status_code, "Sebutkan alasannya" in refused.text) == (422, True)
    assert hadi.post(address, data={"version": "0", "class": "ghost", "reason": "sunyi"}).status_code == 303
    page = hadi.get(f"/calls/{call.id}").text
    assert "Panggilan bisu" in page
    assert "sunyi" in page


def test_a_call_is_handed_over(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    as_user("maya").post(f"/calls/{call.id}/handover", data={"version": "0", "colleague": str(cast.komang.id)})
    komang = as_user("komang")
    assert f"/calls/{call.id}/taking" in komang.get("/calls").text
    assert "Maya Operator meminta Anda" in komang.get("/notices").text
    assert komang.post(f"/calls/{call.id}/taking").location == f"/calls/{call.id}"


def test_who_rings_comes_before_who_is_handed_over(cast: Cast, as_user: AsUser) -> None:
    handed = taken(cast)
    as_user("maya").post(f"/calls/{handed.id}/handover", data={"version": "0", "colleague": str(cast.komang.id)})
    ringing = rings("085711112222")
    text = as_user("komang").get("/calls").text
    assert text.index(f"/calls/{ringing.id}/taking") < text.index(f"/calls/{handed.id}/taking")
    assert re.search(rf'/calls/{ringing.id}/taking"[^>]*data-key="F2"', text)


def test_more_is_told_to_everybody_and_the_call_is_ended(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    typed(cast, call, **enough(cast))
    maya = as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    maya.post(f"/calls/{call.id}/additions", data={"version": "1", "more": "lantai dua"})
    number = db.session.query(Incident).one().number
    assert "lantai dua" in maya.get(f"/incidents/{number}").text
    assert "lantai dua" not in maya.get(f"/calls/{call.id}").text
    assert maya.post(f"/calls/{call.id}/ending", data={"version": "1"}).location == "/calls"


def test_a_further_message_whose_answer_was_lost_is_noted_once(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    typed(cast, call, **enough(cast))
    maya = as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    for version in "12":
        told = {"version": version, "more": "lantai dua", "form_key": "a"}
        assert maya.post(f"/calls/{call.id}/additions", data=told).location == f"/calls/{call.id}"
    page = maya.get(f"/calls/{call.id}").text
    assert "Kiriman pertama Anda sudah diterima" in page
    assert "lantai dua" not in page
    notes = maya.get(f"/incidents/{db.session.query(Incident).one().number}").text
    assert notes.count("lantai dua") == 1


def test_what_was_typed_stays_when_the_action_is_refused_and_may_be_sent_again(cast: Cast, as_user: AsUser) -> None:
    call, maya = taken(cast), as_user("maya")
    typed_twice = {"version": "0", "more": "lantai dua", "form_key": "a"}
    for _time in range(2):
        refused = maya.post(f"/calls/{call.id}/additions", data=typed_twice)
        assert (refused.status_code, drafts.shown(call)["more"]) == (422, "lantai dua")
        db.session.rollback()
    assert maya.post(f"/calls/{call.id}/joining", data={"incident": "?", "note": "Asap"}).status_code == 404
    assert drafts.shown(call)["note"] == "Asap"


def test_a_database_that_goes_away_in_an_action_is_answered_as_away(
    cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*_given: Any) -> None:
        db.session.connection().connection.dbapi_connection.close()  # type: ignore[union-attr]
        raise OperationalError("", None, sqlite3.OperationalError(), connection_invalidated=True)

    call, maya = taken(cast), as_user("maya")
    monkeypatch.setattr(sending, "add", lose)
    assert maya.post(f"/calls/{call.id}/additions", data={"version": "0", "more": "lantai dua"}).status_code == 503


def test_new_words_for_the_place_without_a_point_reach_the_crews_once(cast: Cast, as_user: AsUser) -> None:
    call = taken(cast)
    typed(cast, call, **enough(cast) | {"place": "Alun-alun"})
    maya, told = as_user("maya"), {"version": "1", "place": "belakang kios jamu"}
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    for more, said in (("", "Keterangan lokasi Anda"), ("", "Tidak ada hal baru"), ("dua orang", "sudah tercatat")):
        maya.post(f"/calls/{call.id}/additions", data=told | {"more": more})
        assert said in maya.get(f"/calls/{call.id}").text
    page = as_user("komang").get(f"/incidents/{db.session.query(Incident).one().number}").text
    assert page.count("Lokasi menurut penelepon: belakang kios jamu") == 1


def test_the_call_taker_reads_whether_there_is_a_crew_that_was_told_of_the_corrected_place(
    cast: Cast, as_user: AsUser
) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    call = taken(cast)
    typed(cast, call, **enough(cast) | {"radius": "1500"})
    maya = as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    for radius, said in (("400", "Belum ada kru yang menerimanya"), ("300", "krunya diberi tahu")):
        maya.post(f"/calls/{call.id}/additions", data={"version": "1", "radius": radius})
        assert said in maya.get(f"/calls/{call.id}").text
        if radius == "400":
            dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
            db.session.commit()


def test_an_answer_that_makes_the_incident_more_urgent_is_something_new(cast: Cast, as_user: AsUser) -> None:
    field = asked(cast, "fire", 3, 1)
    call = taken(cast)
    typed(cast, call, **enough(cast) | {field: "0"})
    maya = as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    for answer, said in (("0", "Tidak ada hal baru"), ("1", "sudah tercatat")):
        maya.post(f"/calls/{call.id}/additions", data={"version": "1", field: answer})
        assert said in maya.get(f"/calls/{call.id}").text


@pytest.mark.both_databases
def test_the_log_is_searched_sorted_and_narrowed(cast: Cast, as_user: AsUser) -> None:
    prank(cast)
    typed(cast, call := taken(cast, caller="085711112222"), **enough(cast) | {"phone": "085711112222"})
    maya = as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "1"})
    number = db.session.query(Incident).one().number
    for query, found, left_out in (
        ("q=0857", "0857-1111-2222", "0812-3456-7890"), (f"q={number}", "0857-1111-2222", "0812-3456-7890"),
        ("class=prank", "0812-3456-7890", "0857-1111-2222"), ("q=maya&sort=taker", "0857-1111-2222", "nobody"),
    ):  # fmt: skip
        text = maya.get(f"/calls/log?{query}").text
        assert found in text, query
        assert left_out not in text, query


@pytest.mark.both_databases
def test_only_the_supervisor_blocks_and_lifts_and_the_list_shows_until_when(cast: Cast, as_user: AsUser) -> None:
    hadi, maya = as_user("hadi"), as_user("maya")
    data = {"phone": "081234567890", "days": "7", "reason": "200 panggilan semalam"}
    assert maya.post("/calls/numbers", data=data).status_code == 403
    assert "Blokir nomor" not in maya.get("/calls/numbers").text
    assert hadi.post("/calls/numbers", data=data | {"reason": ""}).status_code == 422
    assert hadi.post("/calls/numbers", data=data | {"phone": "x", "days": "1000"}).status_code == 422
    assert hadi.post("/calls/numbers", data=data).status_code == 303
    assert "200 panggilan semalam" in maya.get("/calls/numbers").text
    assert rings().phone == SRI
    assert db.session.query(Call).one().status == "blocked"
    assert maya.post("/calls/numbers/1/lifting").status_code == 403
    hadi.post("/calls/numbers/1/lifting")
    hadi.post("/calls/numbers/1/lifting")
    assert "sudah berakhir" in hadi.get("/calls/numbers").text
    assert rings().status == "ringing"


def test_the_panic_button_of_a_blocked_number_still_works(cast: Cast, as_user: AsUser) -> None:
    data = {"phone": cast.sari.phone, "days": "7", "reason": "iseng"}
    as_user("hadi").post("/calls/numbers", data=data)
    answer = as_user("sari").post("/alerts", data={"kind": "fire"}, headers={"Accept": "application/json"})
    assert answer.status_code == 201


@pytest.mark.parametrize("query", ["", "?days=30", "?day=kemarin&days=-1", "?day=9999-12-31"])
def test_the_figures_are_shown_for_the_days_that_are_asked_for(cast: Cast, as_user: AsUser, query: str) -> None:
    prank(cast)
    text = as_user("maya").get(f"/calls/statistics{query}").text
    assert "Dari semua, dijawab dalam" in text
    assert "Per petugas" not in text
    assert "Per petugas" in as_user("hadi").get(f"/calls/statistics{query}").text


def test_days_before_there_was_a_calendar_have_no_calls(cast: Cast, as_user: AsUser) -> None:
    assert as_user("hadi").get("/calls/statistics?day=0001-01-01&days=30").status_code == 200


@given(
    fields=st.dictionaries(
        st.sampled_from([*drafts.FIELDS, "answer_1", "version", "class", "reason", "colleague", "incident"]), TEXT
    ),
    action=st.sampled_from(["draft", "incident", "joining", "separation", "additions", "classification", "handover",
                          "ending", "aside"]),
)  # fmt: skip
@settings(max_examples=40)
def test_whatever_is_typed_nothing_breaks_and_no_note_is_lost(app: Any, fields: dict[str, str], action: str) -> None:
    cast = Cast()
    call = taken(cast)
    client = app.test_client().of("maya")
    answer = client.post(f"/calls/{call.id}/{action}", data=fields)
    assert answer.status_code < 500
    assert client.get(f"/calls/{call.id}").status_code == 200
    db.session.expire_all()
    if action != "aside" and fields.get("note"):
        note = fields["note"].replace("\0", "")
        assert call.draft.get("note", "") == note
