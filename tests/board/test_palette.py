"""The command palette: incidents, units, places, staff and pages, and nothing of residents."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from meteor.board.search import FIRST_NUMBERS
from meteor.calls.models import Call
from meteor.store.database import db
from meteor.store.moments import now
from meteor.traffic import rules as traffic
from tests.board.scenes import incident, indexed
from tests.calls.switchboard import rings
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.evacuation.places import point
from tests.scenes import on_duty, report

AsUser = Callable[[str], Browser]


def called(cast: Cast, phone: str, times: int) -> list[Call]:
    """Calls of a number, each a second after the one before and after all others; commits."""
    first = now() + timedelta(seconds=db.session.query(Call).count())
    calls = [Call(status="ended", phone=phone, received_at=first + timedelta(seconds=n)) for n in range(times)]
    db.session.add_all(calls)
    db.session.commit()
    return calls


@pytest.fixture
def hits(cast: Cast, as_user: AsUser) -> Callable[..., list[dict[str, Any]]]:
    def of(text: str, who: str = "komang") -> list[dict[str, Any]]:
        answer = as_user(who).get("/board/search.json", query_string={"q": text})
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json["hits"]

    return of


Hits = Callable[..., list[dict[str, Any]]]


def test_an_incident_is_a_hit_with_its_type_and_place(cast: Cast, hits: Hits) -> None:
    there = incident(cast, words="gudang cahaya")
    indexed()
    [hit] = hits("cahaya")
    assert hit["label"] == f"{there.number} Kebakaran"
    assert hit["detail"].startswith("“gudang cahaya” · RT 03 RW 05, Mayangan")
    assert (hit["url"], hit["kind"]) == (f"/incidents/{there.number}", "incident")


def test_three_digits_are_first_of_all_today_s_number(cast: Cast, hits: Hits) -> None:
    first = incident(cast, words="gudang")
    incident(cast, words="RT 01 RW 05")
    indexed()
    digits = first.number[-3:]
    assert next(hit["url"] for hit in hits(digits) if hit["kind"] == "incident") == f"/incidents/{first.number}"


def test_a_unit_is_a_hit_that_leads_to_its_page_and_without_a_board_to_the_queue(cast: Cast, hits: Hits) -> None:
    [unit] = hits("damkar 01")
    assert (unit["label"], unit["kind"], unit["url"]) == ("DAMKAR-01", "unit", "/board/units/DAMKAR-01")
    assert [hit["url"] for hit in hits("damkar-01", "maya")] == ["/incidents"]


def test_staff_are_found_with_their_roles_and_units(cast: Cast, hits: Hits) -> None:
    on_duty(cast, "dewi", "DAMKAR-01")
    [dewi] = hits("dewi ang")
    assert (dewi["label"], dewi["kind"], dewi["detail"]) == ("Dewi Anggraini", "person", "Petugas · DAMKAR-01")
    [hadi] = hits("hadi")
    assert hadi["url"] == "/board/search?q=Hadi+Pawas"


SRI = {"caller": "081234567890"}


@pytest.mark.parametrize("typed", ["7890", "34567890", "0812", "0812 345", "+62 812", "62812345", "0812-3456-7890"])
def test_a_call_is_found_by_the_first_or_last_digits_of_its_number_by_who_handles_calls(
    cast: Cast, hits: Hits, typed: str
) -> None:
    call = rings(**SRI)
    rings(caller="085711112222")
    [hit] = [hit for hit in hits(typed, "maya") if hit["kind"] == "call"]
    assert (hit["label"], hit["url"]) == ("0812-3456-7890", f"/calls/{call.id}")
    assert [hit for hit in hits(typed, "yusuf") if hit["kind"] == "call"] == []


@pytest.mark.parametrize("typed", ["789", "+7890", "7891", "0813", "45678"])
def test_digits_that_a_number_neither_begins_nor_ends_with_find_no_call(cast: Cast, hits: Hits, typed: str) -> None:
    rings(**SRI)
    assert [hit for hit in hits(typed, "maya") if hit["kind"] == "call"] == []


def calls(found: list[dict[str, Any]]) -> list[str]:
    return [hit["url"] for hit in found if hit["kind"] == "call"]


@pytest.mark.both_databases
def test_of_a_number_with_many_calls_the_newest_are_found(cast: Cast, hits: Hits) -> None:
    made = called(cast, "+6281234567890", 230)
    longer = called(cast, "+62812345678901", 1)
    newest = [f"/calls/{call.id}" for call in reversed(made[-4:])]
    assert calls(hits("081234567890", "maya")) == newest
    assert calls(hits("0812", "maya")) == [f"/calls/{longer[0].id}", *newest[:3]]


@pytest.mark.both_databases
def test_a_number_with_many_calls_hides_no_other_with_the_same_digits(cast: Cast, hits: Hits) -> None:
    called(cast, "+6281111111111", 205)
    [newest] = called(cast, "+6281199999999", 1)
    assert calls(hits("0811", "maya"))[0] == f"/calls/{newest.id}"


@pytest.mark.both_databases
def test_it_says_that_more_numbers_have_the_digits_than_are_looked_at(cast: Cast, as_user: AsUser) -> None:
    def said(typed: str) -> str:
        return as_user("maya").get("/board/search.json", query_string={"q": typed}).json["note"]

    for number in range(FIRST_NUMBERS):
        called(cast, f"+6281100000{number:03}", 2)
    assert said("0811") == ""
    called(cast, "+6281100000999", 1)
    assert said("0811") == "Hanya 200 nomor pertama dengan angka ini yang diperiksa. Ketik lebih banyak angka."
    assert said("0811 0000 01") == said("81100000") == said("081100000999") == said("papan") == ""


@pytest.mark.parametrize("typed", ["%0010", "_0010", "0813%", "08_3 3000 0010"])
def test_a_number_with_signs_that_stand_for_others_in_a_database_finds_nobody(
    cast: Cast, hits: Hits, typed: str
) -> None:
    assert hits(typed) == []


@pytest.mark.parametrize("typed", ["0010", "0813-3000-0010"])
def test_staff_are_found_by_a_part_of_their_number_by_who_handles_calls(cast: Cast, hits: Hits, typed: str) -> None:
    for who, found in (("komang", ["Maya Operator"]), ("maya", ["Maya Operator"]), ("yusuf", [])):
        assert [hit["label"] for hit in hits(typed, who) if hit["kind"] == "person"] == found


@pytest.mark.parametrize("typed", ["0001", "0813", "+62813 30"])
def test_an_incident_is_found_by_a_part_of_its_reporter_s_number(cast: Cast, hits: Hits, typed: str) -> None:
    its = report(cast)
    assert [hit["url"] for hit in hits(typed) if hit["kind"] == "incident"] == [f"/incidents/{its.number}"]


@pytest.mark.parametrize("resident", ["sari wulandari", "wahyu", "endang", "toko emas"])
def test_of_residents_nothing_is_found(cast: Cast, hits: Hits, resident: str) -> None:
    assert [hit for hit in hits(resident) if hit["kind"] == "person"] == []


def test_a_user_who_is_disabled_is_not_found(cast: Cast, hits: Hits) -> None:
    cast.dewi.active = False
    db.session.commit()
    assert hits("dewi") == []


def test_a_place_is_a_hit_that_leads_to_what_happened_there(cast: Cast, hits: Hits) -> None:
    place = next(hit for hit in hits("alun-alun") if hit["kind"] == "place")
    assert (place["label"], place["url"]) == ("Alun-alun Probolinggo", "/board/search?q=Alun-alun+Probolinggo")


def test_a_staging_area_is_a_hit_that_leads_to_its_line_until_it_ends(cast: Cast, hits: Hits) -> None:
    area = traffic.choose_area("Lapangan Mayangan", HOME, None, now(), cast.komang)
    db.session.commit()
    [hit] = hits("lapangan")
    assert (hit["label"], hit["detail"], hit["kind"]) == ("Lapangan Mayangan", "Titik kumpul unit", "place")
    assert hit["url"] == f"/traffic#staging-area-{area.id}"
    traffic.end_area(area, now(), cast.komang)
    db.session.commit()
    assert hits("lapangan") == []


def test_a_gathering_point_is_a_hit_that_leads_to_its_line_while_it_is_in_use(cast: Cast, hits: Hits) -> None:
    there = point("Gedung Serbaguna", 500)
    [hit] = hits("serbaguna")
    assert (hit["detail"], hit["url"]) == ("Titik kumpul", f"/evacuation#point-{there.id}")
    there.active = False
    db.session.commit()
    assert hits("serbaguna") == []


def test_only_pages_that_the_user_may_open_are_hits(cast: Cast, hits: Hits) -> None:
    assert [hit["url"] for hit in hits("papan")] == ["/board"]
    assert [hit["url"] for hit in hits("papan", "maya")] == []
    assert [hit["url"] for hit in hits("panggilan")] == ["/calls"]


def test_there_are_twelve_hits_at_most_and_four_of_a_kind(cast: Cast, hits: Hits) -> None:
    for _ in range(6):
        incident(cast, words="trail")
    indexed()
    found = hits("trail")
    assert len(found) <= 12
    assert [hit["kind"] for hit in found].count("incident") == 4
    assert [hit["kind"] for hit in found].count("unit") == 2


def test_one_letter_finds_nothing(cast: Cast, hits: Hits) -> None:
    assert hits("d") == hits("") == hits(" - ") == []
