"""The search in all incidents: by number, phone, name, place, note and time, also closed ones."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.board import search, search_labels
from meteor.board.models import SearchWord
from meteor.board.search import FIRST_NUMBERS
from meteor.board.search_query import read
from meteor.calls.models import Call
from meteor.incidents import rules
from meteor.incidents.models import Event, Incident
from meteor.incidents.places import Place
from meteor.store.database import READER, db, hang_up
from meteor.store.moments import WIB, now, today
from tests.board.scenes import incident, indexed
from tests.calls.switchboard import SRI, rings
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import press, report
from tests.store.plans import scans, statements

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]


def finds(cast: Cast, text: str, who: str = "komang") -> list[str]:
    """The numbers that a search finds, newest first."""
    query = search.found(getattr(cast, who), read(text, today()), today())
    rows = db.session.scalars(query.order_by(Incident.opened_at.desc())).unique()
    return [it.number for it in rows]


def test_a_closed_incident_of_last_week_is_found_by_its_street_with_few_keys(cast: Cast) -> None:
    old = incident(cast, words="Jl. Suroyo 12", days_ago=40)
    week = incident(cast, words="depan toko di jalan suroyo", days_ago=5)
    incident(cast, words="Jl. Panglima Sudirman", days_ago=5)
    indexed()
    assert finds(cast, "suroyo") == [week.number, old.number]
    typed = "suro 7h"
    assert finds(cast, typed) == [week.number]
    assert len(typed + "\n") <= 12


def test_last_night_goes_on_after_midnight(cast: Cast) -> None:
    yesterday = datetime.combine(today() - timedelta(days=1), time(23), WIB)
    late, after_midnight = incident(cast, days_ago=1), incident(cast)
    late.opened_at, after_midnight.opened_at = yesterday, yesterday + timedelta(hours=3)
    early = incident(cast, days_ago=1)
    early.opened_at = yesterday - timedelta(hours=12)
    db.session.commit()
    assert finds(cast, "tadi malam") == [after_midnight.number, late.number]
    understood = [str(part) for part in search_labels.understood(read("tadi malam", today()))]
    assert understood[-1] == "18.00–04.00"
    assert finds(cast, "jam 2 tadi malam") == [after_midnight.number]
    assert [*search_labels.understood(read("jam 2 tadi malam", today()))][-1] == "02.00–03.00"


def test_an_incident_is_found_by_its_number_and_by_parts_of_it(cast: Cast) -> None:
    first, second = incident(cast, days_ago=1), incident(cast, days_ago=1)
    day, count = first.number.split("-")
    assert finds(cast, first.number) == [first.number]
    assert finds(cast, f"{day[4:]}-{count}") == [first.number]
    assert finds(cast, count) == [first.number]
    assert finds(cast, day) == [second.number, first.number]
    assert finds(cast, f"{day}-00") == [second.number, first.number]
    assert finds(cast, f"{day}-009") == []


def test_an_incident_is_found_by_the_phone_of_its_reporter_and_of_its_callers(cast: Cast) -> None:
    incident(cast)
    sari = press(cast, "sari")
    db.session.flush()
    called = press(cast, "wahyu", source="call", caller_phone=SRI, latitude=-7.76, longitude=113.22)
    exchange = incident(cast)
    alert = db.session.scalars(select(Alert).where(Alert.incident_id == called.id)).one()
    call = rings("0335421234")
    call.alert_id = alert.id
    db.session.commit()
    assert finds(cast, "0813 3000 0001") == [sari.number]
    assert finds(cast, "+6281234567890") == [called.number]
    assert finds(cast, "(0335) 421234") == [called.number]
    assert exchange.number not in finds(cast, "0335421234")
    assert finds(cast, "0811 1111 111") == []


def test_words_of_the_place_names_and_notes_are_all_asked_for(cast: Cast) -> None:
    there = incident(cast, words="gudang Cahaya", reporter_id=cast.sari.id)
    rules.note(there, "Kunci dititipkan di Pak Joko", now(), cast.komang)
    db.session.commit()
    indexed()
    for text in (
        "cahaya",
        "mayangan",
        "wulandari",
        "joko kunci",
        "kebakaran",
        "alun",
        "JOKO sari",
        "pak joko hari ini",
    ):
        assert finds(cast, text) == [there.number], text
    for text in ("cahaya budi", "joko kemarin", "ahaya"):
        assert finds(cast, text) == [], text


def test_a_word_may_be_typed_in_part_from_three_letters_on(cast: Cast) -> None:
    there = incident(cast, words="Dr. Sutomo 12")
    indexed()
    assert finds(cast, "sut") == finds(cast, "dr 12") == [there.number]
    assert finds(cast, "su") == finds(cast, "sut 1") == []


def test_a_caller_and_what_an_alert_said_are_found(cast: Cast) -> None:
    called = press(cast, "sari", source="call", caller_name="Bu Tutik", note="Api di dapur warung")
    db.session.commit()
    indexed()
    assert finds(cast, "tutik") == finds(cast, "dapur warung") == [called.number]


def test_days_and_hours_narrow_what_is_found(cast: Cast) -> None:
    then = datetime.combine(today() - timedelta(days=2), time(14, 20), WIB)
    ago = (now() - then) / timedelta(days=1)
    at_two = incident(cast, words="suroyo", days_ago=ago)
    at_noon = incident(cast, words="suroyo", days_ago=ago + 2 / 24)
    indexed()
    assert finds(cast, "suroyo pukul 14") == [at_two.number]
    assert finds(cast, f"{then.day}/{then.month} pukul 14") == [at_two.number]
    assert finds(cast, "suroyo 14:10") == [at_two.number]
    assert finds(cast, "suroyo 2 hari lalu") == [at_two.number, at_noon.number]
    assert finds(cast, "suroyo kemarin") == []
    assert finds(cast, "kemarin pukul 14") == []


def test_a_place_that_was_corrected_is_found_by_the_new_one_alone(cast: Cast) -> None:
    there = incident(cast, words="pasar lama", closed=False)
    indexed()
    assert finds(cast, "pasar lama") == [there.number]
    rules.move(there, Place(*HOME, 10.0, "call", "pasar baru"), now(), cast.maya)
    rules.note(there, "Lokasi dibetulkan", now(), cast.maya)
    db.session.commit()
    indexed()
    assert finds(cast, "pasar lama") == []
    assert finds(cast, "pasar baru") == [there.number]


def words() -> set[tuple[str, int, bool]]:
    rows = db.session.execute(select(SearchWord.word, SearchWord.incident_id, SearchWord.from_timeline))
    return {(word, it, from_timeline) for word, it, from_timeline in rows}


def test_an_index_that_is_made_anew_is_the_same(app: Flask, cast: Cast) -> None:
    for n in range(40):
        incident(cast, words=f"rumah {n}", closed=n % 2 == 0)
    indexed()
    before = words()
    assert len(before) > 100
    app.test_cli_runner().invoke(args=["rebuild-search"])
    assert words() == set()
    indexed()
    assert words() == before


def test_an_event_that_is_committed_after_a_later_one_is_found(cast: Cast) -> None:
    there = incident(cast, words="suroyo")
    indexed()
    newest = db.session.scalars(select(func.max(Event.id))).one()
    db.session.add(Event(id=newest + 5, incident_id=there.id, event_type="note", detail={"note": "kedua"}))
    db.session.commit()
    indexed()
    db.session.add(Event(id=newest + 3, incident_id=there.id, event_type="note", detail={"note": "pertama"}))
    db.session.add(Event(id=newest + 6, incident_id=there.id, event_type="note", detail={"note": "ketiga"}))
    db.session.commit()
    indexed()
    assert finds(cast, "pertama kedua ketiga") == [there.number]


def test_the_words_of_an_incident_go_with_it(cast: Cast) -> None:
    there = Incident(number="200101-001", type_id=cast.incident_type("fire").id, priority=1, source="call")
    db.session.add(there)
    db.session.flush()
    db.session.add(SearchWord(word="suroyo", incident_id=there.id, from_timeline=False))
    db.session.commit()
    db.session.delete(there)
    db.session.commit()
    assert words() == set()


def test_nobody_finds_an_incident_that_they_may_not_see(cast: Cast) -> None:
    there = incident(cast, words="suroyo", kind="medical")
    indexed()
    assert finds(cast, "suroyo", "rina") == [there.number]
    assert finds(cast, "suroyo", "agus") == finds(cast, "suroyo", "sari") == finds(cast, "suroyo", "tuti") == []


def test_a_search_for_nothing_finds_nothing(cast: Cast) -> None:
    incident(cast, words="suroyo")
    indexed()
    assert finds(cast, "") == finds(cast, "jalan") == finds(cast, " . ") == []


class TestThePage:
    def test_it_counts_all_that_it_finds_and_shows_fifty(self, cast: Cast, as_user: AsUser) -> None:
        made = [incident(cast, words="suroyo", drill=n == 52, closed=n != 52) for n in range(53)]
        indexed()
        page = as_user("komang").get("/board/search?q=suroyo").text
        assert "1–50 dari 53" in page
        assert made[52].number in page
        assert "Latihan" in page
        assert made[0].number not in page
        assert made[0].number in as_user("komang").get("/board/search?q=suroyo&page=2").text
        rows = as_user("maya").get("/board/search/rows?q=suroyo").text
        assert "<html" not in rows
        assert 'href="/board/search?q=suroyo&amp;sort=-opened&amp;page=2"' in rows

    def test_it_says_how_times_and_phones_were_read(self, cast: Cast, as_user: AsUser) -> None:
        browser = as_user("yusuf")
        assert "Telepon 0812-3456-7890" in browser.get("/board/search?q=0812+3456+7890").text
        page = browser.get("/board/search?q=2026-11-27+pukul+14").text
        assert "Jum 27 Nov 2026" in page
        assert "14.00–15.00" in page
        assert "dalam 31 hari terakhir" in browser.get("/board/search?q=pukul+14").text

    @pytest.mark.parametrize("found", [True, False])
    def test_it_says_that_more_numbers_have_the_digits_than_are_looked_at(
        self, cast: Cast, as_user: AsUser, found: bool
    ) -> None:
        if found:
            report(cast)
        numbers = (f"+6281300000{number:03}" for number in range(FIRST_NUMBERS))
        db.session.add_all(Call(status="ended", phone=phone, received_at=now()) for phone in numbers)
        db.session.commit()
        browser = as_user("yusuf")
        for page in ("/board/search", "/board/search/rows"):
            assert "Hanya 200 nomor pertama" not in browser.get(f"{page}?q=08130").text
        db.session.add(Call(status="ended", phone="+6281300000999", received_at=now()))
        db.session.commit()
        for page in ("/board/search", "/board/search/rows"):
            text = browser.get(f"{page}?q=08130").text
            assert text.count("Hanya 200 nomor pertama") == 1
            assert "Coba kata lebih sedikit" not in text

    def test_without_a_match_it_says_so_and_without_words_it_waits(self, cast: Cast, as_user: AsUser) -> None:
        assert "Tidak ada yang cocok" in as_user("komang").get("/board/search?q=zzz").text
        assert "Tidak ada yang cocok" not in as_user("komang").get("/board/search").text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_search_reads_through_a_table_that_grows(app: Flask, cast: Cast, as_user: AsUser) -> None:
    incident(cast, words="suroyo")
    browser = as_user("komang")
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        incident(cast, words="suroyo")
        indexed()
        for text in ("suroyo", "016", "27-016", "261127-0", "261127-016", "081330000001", "0813", "567890",
                     "kemarin", "pukul 14", "suroyo minggu lalu pukul 14", "zz",
                     "016 suroyo kebakaran 0812 3456 7890"):  # fmt: skip
            assert browser.get("/board/search", query_string={"q": text}).status_code == 200
            assert browser.get("/board/search.json", query_string={"q": text}).status_code == 200
        db.session.commit()
    assert any("search_words" in sql for sql in asked)
    assert scans(db.engine, dict(asked)) == {}
