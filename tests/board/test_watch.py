"""The watch of the command centre, and how it is handed over: two sign, and the list says what was open."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_login import login_user
from sqlalchemy import select

from meteor.board import watch
from meteor.board.models import Handover, Watch
from meteor.dispatch import rules as dispatch
from meteor.notices.models import Notice
from meteor.notices.unread import unacknowledged
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from tests.board.scenes import incident
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import at_once, on_duty, open_assignment, report

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

PAGE = "/board/watch"


def on_watch() -> list[str]:
    """The user names of those on watch, the longest first."""
    db.session.rollback()
    return [each.user.username for each in watch.on_watch()]


def newest() -> Handover:
    db.session.rollback()
    return db.session.scalars(select(Handover).order_by(Handover.id.desc()).limit(1)).one()


def actions() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.action.like("watch%") | AuditEntry.action.like("handover%"))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def refuse(browser: Browser, handover_id: int, reason: str) -> Any:
    return browser.post(f"/board/handovers/{handover_id}/refusal", data={f"refusal-{handover_id}-reason": reason})


@pytest.fixture
def given(cast: Cast, as_user: AsUser) -> Handover:
    """Komang is on watch and hands it over to Hadi, who has not accepted yet."""
    assert as_user("komang").post(PAGE).status_code == 303
    sent = as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": "Damkar-02 di bengkel."})
    assert sent.status_code == 303
    return newest()


class TestTheWatch:
    def test_a_dispatcher_takes_it_with_one_tap(self, as_user: AsUser) -> None:
        as_user("komang").post(PAGE)
        assert on_watch() == ["komang"]
        assert actions() == ["watch_taken"]

    def test_several_are_on_watch_and_the_supervisor_leads(self, as_user: AsUser) -> None:
        for who in ("komang", "hadi"):
            as_user(who).post(PAGE)
        assert on_watch() == ["komang", "hadi"]
        lead = watch.lead_of(watch.on_watch())
        assert lead is not None
        assert lead.user.username == "hadi"

    def test_without_a_supervisor_nobody_leads(self, as_user: AsUser) -> None:
        as_user("komang").post(PAGE)
        assert watch.lead_of(watch.on_watch()) is None

    def test_nobody_takes_it_twice(self, as_user: AsUser) -> None:
        browser = as_user("komang")
        browser.post(PAGE)
        browser.post(PAGE)
        assert "Anda sudah piket." in browser.get(PAGE).text
        assert browser.post(PAGE, headers={"Accept": "application/json"}).status_code == 409
        assert on_watch() == ["komang"]

    def test_of_two_taps_at_once_one_counts(self, app: Flask, cast: Cast) -> None:
        user_id = cast.komang.id

        def tap() -> bool:
            try:
                watch.take(db.session.get_one(type(cast.komang), user_id), now())
            except watch.AlreadyOnWatch:
                db.session.rollback()
                return False
            db.session.commit()
            return True

        assert sorted(at_once(app, tap, tap)) == [False, True]

    def test_who_leaves_it_is_on_watch_no_more_and_takes_back_what_waits(
        self, given: Handover, as_user: AsUser
    ) -> None:
        assert as_user("komang").post(f"{PAGE}/end").status_code == 303
        assert on_watch() == []
        assert newest().withdrawn_at is not None
        assert actions()[-2:] == ["handover_withdrawn", "watch_ended"]

    def test_who_is_not_on_it_cannot_leave_it(self, as_user: AsUser) -> None:
        assert as_user("komang").post(f"{PAGE}/end", headers={"Accept": "application/json"}).status_code == 409
        assert actions() == []


class TestHandingOver:
    def test_the_first_signs_and_the_watch_stays_until_the_second_does(self, given: Handover, as_user: AsUser) -> None:
        assert (given.from_user.username, given.to_user.username) == ("komang", "hadi")
        assert given.signed_by_first_at == given.written_at
        assert given.waits
        assert on_watch() == ["komang"]
        assert as_user("hadi").post(f"/board/handovers/{given.id}/acceptance").status_code == 303
        assert on_watch() == ["hadi"]
        assert newest().signed_by_second_at is not None
        assert actions() == ["watch_taken", "handover_signed", "handover_accepted"]

    def test_it_keeps_the_urgent_incidents_as_they_were(self, cast: Cast, as_user: AsUser) -> None:
        fire = incident(cast, words="gudang", closed=False)
        crime = incident(cast, kind="crime", closed=False)
        incident(cast, kind="other", closed=False)
        incident(cast, words="lama")
        as_user("komang").post(PAGE)
        assert fire.number in as_user("komang").get(PAGE).text
        as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": ""})
        kept = newest().incidents
        assert [(it["number"], it["priority"]) for it in kept] == [(fire.number, 1), (crime.number, 2)]
        assert kept[0]["line"].startswith("Kebakaran · “gudang”, RT 03 RW 05, Mayangan")

    def test_it_says_which_urgent_incidents_have_nobody_on_the_way(self, cast: Cast, as_user: AsUser) -> None:
        on_duty(cast, "dewi", "DAMKAR-01")
        report(cast, kind="fire")
        as_user("komang").post(PAGE)
        assert "Belum ada yang berangkat" in as_user("komang").get(PAGE).text
        dispatch.accept(open_assignment("DAMKAR-01"), now(), cast.dewi)
        db.session.commit()
        assert "Belum ada yang berangkat" not in as_user("komang").get(PAGE).text

    def test_the_second_reads_of_it_in_the_header_and_in_a_notice(
        self, app: Flask, given: Handover, cast: Cast, as_user: AsUser
    ) -> None:
        assert [it.kind for it in unacknowledged(cast.hadi, quiet=True)] == ["handover"]
        page = as_user("hadi").get(PAGE).text
        assert "Komang Dispatcher menyerahkan piket kepada Anda" in page
        assert "Damkar-02 di bengkel." in page
        as_user("hadi").post(f"/board/handovers/{given.id}/acceptance")
        assert unacknowledged(cast.hadi, quiet=True) == []
        assert db.session.scalars(select(Notice.acknowledged_by_id)).all() == [cast.hadi.id]

    def test_who_is_on_watch_already_takes_it_too(self, given: Handover, as_user: AsUser) -> None:
        as_user("hadi").post(PAGE)
        assert as_user("hadi").post(f"/board/handovers/{given.id}/acceptance").status_code == 303
        assert on_watch() == ["hadi"]
        assert db.session.query(Watch).count() == 2

    def test_of_two_who_accept_at_once_one_wins(self, app: Flask, given: Handover, cast: Cast) -> None:
        given_id, hadi_id = given.id, cast.hadi.id

        def accept() -> bool:
            try:
                hadi = db.session.get_one(type(cast.hadi), hadi_id)
                watch.accept(db.session.get_one(Handover, given_id), hadi, now())
            except watch.NotWaiting:
                db.session.rollback()
                return False
            db.session.commit()
            return True

        assert sorted(at_once(app, accept, accept)) == [False, True]
        assert on_watch() == ["hadi"]

    def test_a_withdrawn_one_cannot_be_accepted(self, given: Handover, as_user: AsUser) -> None:
        assert as_user("komang").post(f"/board/handovers/{given.id}/withdrawal").status_code == 303
        refused = as_user("hadi").post(
            f"/board/handovers/{given.id}/acceptance", headers={"Accept": "application/json"}
        )
        assert refused.status_code == 409
        assert "Komang Dispatcher membatalkan serah terima ini" in refused.text
        assert on_watch() == ["komang"]

    def test_who_cannot_take_it_says_why_and_the_first_stays_on_watch(
        self, given: Handover, cast: Cast, as_user: AsUser
    ) -> None:
        assert refuse(as_user("hadi"), given.id, "Saya di Polsek sampai jam 9").status_code == 303
        assert on_watch() == ["komang"]
        assert unacknowledged(cast.hadi, quiet=True) == []
        (told,) = unacknowledged(cast.komang, quiet=True)
        assert told.kind == "handover_refused"
        page = as_user("komang").get(told.url).text
        assert "Hadi Pawas tidak mengambil piket" in page
        assert "Saya di Polsek sampai jam 9" in page
        assert "Ditolak" in as_user("yusuf").get("/board/handovers").text
        assert actions()[-1] == "handover_refused"
        again = as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": "Lagi"})
        assert again.status_code == 303

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
    def test_a_refusal_needs_a_short_reason_and_keeps_what_was_typed(
        self, given: Handover, as_user: AsUser, reason: str
    ) -> None:
        refused = refuse(as_user("hadi"), given.id, reason)
        assert refused.status_code == 422
        assert "open" in refused.text.partition(f'id="refuse-{given.id}"')[2][:8]
        assert reason.strip() in refused.text
        assert newest().waits

    def test_a_refused_one_cannot_be_accepted(self, given: Handover, as_user: AsUser) -> None:
        refuse(as_user("hadi"), given.id, "Sakit")
        late = as_user("hadi").post(f"/board/handovers/{given.id}/acceptance", headers={"Accept": "application/json"})
        assert late.status_code == 409
        assert "Hadi Pawas menolak serah terima ini" in late.text
        assert "Sakit" in late.text

    def test_an_accepted_one_cannot_be_refused(self, given: Handover, as_user: AsUser) -> None:
        as_user("hadi").post(f"/board/handovers/{given.id}/acceptance")
        refuse(as_user("hadi"), given.id, "Terlambat")
        assert newest().refused_at is None
        assert on_watch() == ["hadi"]

    def test_an_accepted_one_cannot_be_withdrawn(self, given: Handover, as_user: AsUser) -> None:
        as_user("hadi").post(f"/board/handovers/{given.id}/acceptance")
        browser = as_user("komang")
        browser.post(f"/board/handovers/{given.id}/withdrawal")
        assert "Hadi Pawas menerima serah terima ini" in browser.get(PAGE).text
        assert newest().withdrawn_at is None

    @pytest.mark.parametrize(("who", "step"), [("komang", "acceptance"), ("komang", "refusal"), ("hadi", "withdrawal")])
    def test_only_the_second_accepts_or_refuses_and_only_the_first_withdraws(
        self, given: Handover, as_user: AsUser, who: str, step: str
    ) -> None:
        assert as_user(who).post(f"/board/handovers/{given.id}/{step}").status_code == 404
        assert newest().waits

    def test_a_second_one_waits_for_the_first(self, given: Handover, cast: Cast, as_user: AsUser) -> None:
        again = as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": "Yang kedua"})
        assert again.status_code == 409
        assert "Yang kedua" in again.text
        assert "Serah terima sebelumnya masih menunggu" in again.text

    def test_who_is_not_on_watch_hands_nothing_over_and_loses_no_word(self, cast: Cast, as_user: AsUser) -> None:
        refused = as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": "Catatan panjang"})
        assert refused.status_code == 409
        assert "Catatan panjang" in refused.text
        assert "Ambil piket dahulu" in refused.text

    @pytest.mark.parametrize("to", ["", "x", "komang", "maya", "yusuf", "999999"])
    def test_it_goes_only_to_another_who_directs_units(self, cast: Cast, as_user: AsUser, to: str) -> None:
        as_user("komang").post(PAGE)
        chosen = getattr(cast, to).id if to in ("komang", "maya", "yusuf") else to
        refused = as_user("komang").post("/board/handovers", data={"to": chosen, "note": "Tetap ada"})
        assert refused.status_code == 422
        assert 'href="#to"' in refused.text
        assert "Tetap ada" in refused.text
        assert db.session.query(Handover).count() == 0

    def test_a_disabled_user_is_no_successor(self, cast: Cast) -> None:
        cast.hadi.active = False
        db.session.commit()
        assert watch.successors(cast.komang) == []

    def test_a_note_that_is_too_long_is_refused_and_kept(self, cast: Cast, as_user: AsUser) -> None:
        as_user("komang").post(PAGE)
        note = "panjang " * 501
        refused = as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": note})
        assert refused.status_code == 422
        assert 'href="#note"' in refused.text
        assert note.strip() in refused.text


class TestTheHistory:
    def test_it_shows_both_names_and_what_became_of_each(self, given: Handover, as_user: AsUser) -> None:
        assert "Menunggu" in as_user("yusuf").get("/board/handovers").text
        as_user("hadi").post(f"/board/handovers/{given.id}/acceptance")
        page = as_user("yusuf").get("/board/handovers").text
        for words in ("Komang Dispatcher", "Hadi Pawas", "Diterima"):
            assert words in page

    def test_a_page_leads_to_the_older_ones(
        self, given: Handover, cast: Cast, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watch, "LISTED", 1)
        first = given.id
        as_user("komang").post(f"/board/handovers/{first}/withdrawal")
        as_user("komang").post("/board/handovers", data={"to": cast.hadi.id, "note": "Yang kedua"})
        second = newest().id
        page = as_user("yusuf").get("/board/handovers").text
        assert [f'href="/board/handovers/{each}"' in page for each in (first, second)] == [False, True]
        assert f'href="/board/handovers?before={second}"' in page
        page = as_user("yusuf").get(f"/board/handovers?before={second}").text
        assert [f'href="/board/handovers/{each}"' in page for each in (first, second)] == [True, False]
        assert as_user("yusuf").get("/board/handovers?before=99999999999999999999").status_code == 200

    def test_one_is_printed_with_both_signatures(self, given: Handover, as_user: AsUser) -> None:
        assert "Menunggu Hadi Pawas" in as_user("yusuf").get(f"/board/handovers/{given.id}").text
        as_user("hadi").post(f"/board/handovers/{given.id}/acceptance")
        page = as_user("yusuf").get(f"/board/handovers/{given.id}").text
        assert "Damkar-02 di bengkel." in page
        assert page.count("Ditandatangani") == 2

    def test_one_that_does_not_exist_is_not_found(self, cast: Cast, as_user: AsUser) -> None:
        assert as_user("yusuf").get("/board/handovers/4711").status_code == 404

    def test_the_chief_reads_and_takes_nothing(self, given: Handover, as_user: AsUser) -> None:
        page = as_user("yusuf").get(PAGE).text
        assert "Komang Dispatcher" in page
        assert "Ambil piket" not in page


def test_the_line_of_a_header_says_who_is_on_watch(app: Flask, given: Handover, cast: Cast, as_user: AsUser) -> None:
    def line(who: str) -> str:
        with app.test_request_context():
            login_user(getattr(cast, who))
            return " ".join(app.jinja_env.get_template("board/_watch.html").render().split())

    assert "<strong>Komang Dispatcher</strong> (sejak" in line("yusuf")
    assert "menyerahkan piket" not in line("yusuf")
    assert f'href="/board/watch#handover-{given.id}"' in line("hadi")
