"""Residents say that they are safe or need help; their RT leader reads names, the city reads numbers."""

import re
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select

from meteor.evacuation import asking, counting, rules
from meteor.evacuation.models import SafetyAnswer
from meteor.evacuation.views import city
from meteor.residents.models import Household, Leadership, Resident
from meteor.store.database import READER, db, hang_up
from meteor.store.moments import now
from meteor.store.sessionless import without_session
from meteor.warnings.models import WarnedRt
from tests.cast import Cast
from tests.conftest import Browser
from tests.evacuation.places import answers, flood
from tests.store.plans import scans, statements
from tests.warnings.scenes import cancel, publish, settle_in

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

SAFE, HELP = {"answer": "safe"}, {"answer": "need_help"}


def old_man(cast: Cast) -> Resident:
    """Mbah Joyo of RT 03, who has no phone and no account; commits."""
    resident = Resident(household=Household(rt=cast.rt(3), address="Jl. Ikan Paus 9"), name="Mbah Joyo",
                        verified_at=now())  # fmt: skip
    db.session.add(resident)
    db.session.commit()
    return resident


def numbers(cast: Cast) -> tuple[int, int, int]:
    """The city's numbers of the only warning: need help, safe, without an answer."""
    (warning,) = asking.asked_about(now())
    count = counting.total(counting.by_kelurahan(warning))
    return count.need_help, count.safe, count.silent


class TestAResident:
    def test_sari_says_that_she_is_safe_and_reads_it(self, as_user: AsUser, cast: Cast) -> None:
        page = f"/warnings/{flood('Mayangan').id}"
        sari = as_user("sari")
        assert "Apakah Anda aman?" in sari.get(page).text
        answer = sari.post(f"{page}/safety", data=SAFE | {"people": "4"})
        assert (answer.status_code, answer.location) == (303, f"{page}#safety")
        assert "Anda menyatakan sudah aman." in sari.get(page).text
        assert answers() == [("Sari Wulandari", "safe", 4)]

    def test_who_needs_help_is_led_to_the_button_and_to_112_without_a_promise(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        page = f"/warnings/{flood('Mayangan').id}"
        as_user("sari").post(f"{page}/safety", data=HELP)
        text = as_user("sari").get(page).text
        assert "Jawaban ini saja tidak mengirim petugas. Tekan tombol darurat, atau hubungi 112." in text
        assert 'class="button danger" href="/"' in text
        assert 'href="tel:112"' in text

    def test_sari_reads_who_sees_her_answer_also_where_the_rt_has_no_leader(self, as_user: AsUser, cast: Cast) -> None:
        page = f"/warnings/{flood('Mayangan').id}"
        assert "Ketua RT dapat membaca jawaban Anda" in as_user("sari").get(page).text
        db.session.execute(delete(Leadership).where(Leadership.rt_id == cast.rt(3).id))
        db.session.commit()
        text = as_user("sari").get(page).text
        assert "Ketua RT dapat membaca" not in text
        assert "RT Anda belum memiliki ketua di METEOR" in text

    def test_the_newest_answer_counts_and_the_same_twice_is_one(self, as_user: AsUser, cast: Cast) -> None:
        page = f"/warnings/{flood('Mayangan').id}/safety"
        for data in (HELP, HELP, SAFE | {"people": "2"}):
            as_user("sari").post(page, data=data)
        assert answers() == [("Sari Wulandari", "safe", 2)]

    @pytest.mark.parametrize("people", ["", "banyak", "-1", "²", "100", "9" * 12])
    def test_a_number_of_people_that_is_none_does_not_stop_the_answer(
        self, as_user: AsUser, cast: Cast, people: str
    ) -> None:
        as_user("sari").post(f"/warnings/{flood('Mayangan').id}/safety", data=SAFE | {"people": people})
        assert answers() == [("Sari Wulandari", "safe", None)]

    def test_a_resident_who_is_not_verified_answers_too_and_is_marked(self, as_user: AsUser, cast: Cast) -> None:
        page = f"/warnings/{flood('Mayangan').id}"
        assert "belum memverifikasi" in as_user("wahyu").get(page).text
        as_user("wahyu").post(f"{page}/safety", data=SAFE)
        assert "Belum diverifikasi" in as_user("slamet").get("/safety").text

    def test_whom_the_warning_does_not_touch_is_not_asked(self, as_user: AsUser, cast: Cast) -> None:
        settle_in(cast.agus, "Sukabumi")
        warning = flood("Mayangan")
        for who in ("agus", "komang"):
            assert "Apakah Anda aman?" not in as_user(who).get(f"/warnings/{warning.id}").text
            assert as_user(who).post(f"/warnings/{warning.id}/safety", data=SAFE).status_code == 404
        assert "Apakah Anda aman?" not in as_user("").get(f"/warnings/{warning.id}").text

    def test_a_warning_of_single_rt_asks_and_counts_their_residents_alone(self, as_user: AsUser, cast: Cast) -> None:
        settle_in(cast.agus, "Mayangan")
        warning = flood("Mayangan", touched_rts=[WarnedRt(rt_id=cast.rt(3).id)])
        asked = {who: as_user(who).get(f"/warnings/{warning.id}").text for who in ("sari", "agus")}
        assert {who: "Apakah Anda aman?" in page for who, page in asked.items()} == {"sari": True, "agus": False}
        whole = flood("Mayangan")
        of_rt, of_all = (counting.total(counting.by_kelurahan(each)).silent for each in (warning, whole))
        assert 0 < of_rt < of_all

    @pytest.mark.parametrize("change", ["moved_out_on", "rejected_at"])
    def test_who_lives_there_no_more_or_is_unknown_to_the_leader_is_not_asked(
        self, as_user: AsUser, cast: Cast, change: str
    ) -> None:
        resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        setattr(resident, change, now().date() if change == "moved_out_on" else now())
        db.session.commit()
        assert as_user("sari").post(f"/warnings/{flood('Mayangan').id}/safety", data=SAFE).status_code == 404

    def test_an_answer_that_is_none_is_refused(self, as_user: AsUser, cast: Cast) -> None:
        page = f"/warnings/{flood('Mayangan').id}/safety"
        for word in ("", "seen_safe", "maybe"):
            assert as_user("sari").post(page, data={"answer": word}).status_code == 422
        assert answers() == []

    def test_it_is_asked_until_a_day_after_the_end(self, as_user: AsUser, cast: Cast) -> None:
        page = f"/warnings/{flood('Mayangan', minutes=60).id}"
        sari = as_user("sari")
        with time_machine.travel(now() + timedelta(hours=24, minutes=59)):
            assert "Apakah Anda aman?" in sari.get(page).text
            assert sari.post(f"{page}/safety", data=SAFE).status_code == 303
        with time_machine.travel(now() + timedelta(hours=25, minutes=1)):
            assert "Apakah Anda aman?" not in sari.get(page).text
            assert sari.post(f"{page}/safety", data=HELP, headers={"Accept": "application/json"}).status_code == 409
            assert asking.asked_about(now()) == []
        assert answers() == [("Sari Wulandari", "safe", None)]

    def test_what_was_sent_over_thirty_days_ago_is_neither_listed_nor_answered(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        old = flood("Mayangan", sent=now() - timedelta(days=31))
        assert asking.asked_about(now()) == []
        assert "Apakah Anda aman?" not in as_user("sari").get(f"/warnings/{old.id}").text
        answer = as_user("sari").post(f"/warnings/{old.id}/safety", data=HELP, headers={"Accept": "application/json"})
        assert answer.status_code == 409

    def test_the_day_begins_when_the_warning_is_called_off(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan", minutes=6000)
        off = cancel(warning)
        assert "Apakah Anda aman?" not in as_user("sari").get(f"/warnings/{off.id}").text
        assert as_user("sari").post(f"/warnings/{off.id}/safety", data=SAFE).status_code == 404
        assert as_user("sari").post(f"/warnings/{warning.id}/safety", data=SAFE).status_code == 303
        assert [it.id for it in asking.asked_about(now())] == [warning.id]
        assert asking.asked_about(now() + timedelta(hours=25)) == []

    def test_it_is_not_asked_before_the_warning_holds(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan", onset=now() + timedelta(hours=1))
        assert "Apakah Anda aman?" not in as_user("sari").get(f"/warnings/{warning.id}").text
        assert asking.asked_about(now()) == []

    def test_an_exercise_is_not_asked_about(self, as_user: AsUser, cast: Cast) -> None:
        exercise = flood("Mayangan", status="Exercise")
        assert as_user("sari").post(f"/warnings/{exercise.id}/safety", data=SAFE).status_code == 404

    def test_sari_sees_nobody_elses_answer(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        as_user("wahyu").post(f"/warnings/{warning.id}/safety", data=HELP)
        page = as_user("sari").get(f"/warnings/{warning.id}").text
        assert "Wahyu" not in page
        assert "Anda menyatakan" not in page
        for address in ("/safety", "/safety/city", "/safety/city/rows"):
            assert as_user("sari").get(address).status_code == 403


class TestAnUpdate:
    """An update takes over the question of the warning that it replaces."""

    def test_only_the_update_is_asked_about_and_the_answers_count_for_it(self, as_user: AsUser, cast: Cast) -> None:
        first = flood("Mayangan")
        as_user("sari").post(f"/warnings/{first.id}/safety", data=HELP | {"people": "3"})
        second = flood("Mayangan", replaces=[first])
        third = flood("Mayangan", replaces=[second])
        assert [it.id for it in asking.asked_about(now())] == [third.id]
        assert numbers(cast) == (1, 0, 2)
        assert "Anda menyatakan butuh bantuan." in as_user("sari").get(f"/warnings/{third.id}").text
        page = as_user("endang").get("/safety").text
        assert page.count("Sari Wulandari") == 1
        assert "(sebelum pembaruan)" in page

    def test_a_later_answer_replaces_that_to_the_warning_before(self, as_user: AsUser, cast: Cast) -> None:
        first = flood("Mayangan")
        as_user("sari").post(f"/warnings/{first.id}/safety", data=HELP)
        second = flood("Mayangan", replaces=[first])
        as_user("sari").post(f"/warnings/{second.id}/safety", data=SAFE)
        assert numbers(cast) == (0, 1, 2)
        assert "(sebelum pembaruan)" not in as_user("endang").get("/safety").text

    def test_an_answer_on_a_page_that_stood_open_counts_for_the_update(self, as_user: AsUser, cast: Cast) -> None:
        first, joyo = flood("Mayangan"), old_man(cast)
        second = flood("Mayangan", replaces=[first])
        page = as_user("sari").get(f"/warnings/{first.id}").text
        assert f'action="/warnings/{second.id}/safety"' in page
        answer = as_user("sari").post(f"/warnings/{first.id}/safety", data=HELP)
        assert answer.location == f"/warnings/{second.id}#safety"
        assert as_user("endang").post(f"/safety/{first.id}/residents/{joyo.id}/seen").status_code == 303
        assert {it.warning_id for it in db.session.scalars(select(SafetyAnswer))} == {second.id}

    def test_endang_does_not_replace_what_sari_said_before_the_update(self, as_user: AsUser, cast: Cast) -> None:
        first = flood("Mayangan")
        as_user("sari").post(f"/warnings/{first.id}/safety", data=HELP)
        second = flood("Mayangan", replaces=[first])
        sari = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        seen = f"/safety/{second.id}/residents/{sari.id}/seen"
        assert as_user("endang").post(seen, headers={"Accept": "application/json"}).status_code == 409
        assert answers() == [("Sari Wulandari", "need_help", None)]

    def test_whom_it_does_not_touch_any_more_stays_in_the_lists(self, as_user: AsUser, cast: Cast) -> None:
        first = flood("Mayangan", "Sukabumi")
        as_user("sari").post(f"/warnings/{first.id}/safety", data=HELP)
        second = flood("Sukabumi", replaces=[first])
        assert numbers(cast) == (1, 0, 2)
        assert "Butuh bantuan" in as_user("endang").get("/safety").text
        as_user("sari").post(f"/warnings/{second.id}/safety", data=SAFE)
        assert numbers(cast) == (0, 1, 2)

    def test_one_that_touches_nothing_here_ends_the_warning_like_a_cancellation(self, cast: Cast) -> None:
        first = flood("Mayangan")
        flood(replaces=[first])
        assert [it.id for it in asking.asked_about(now())] == [first.id]
        assert asking.asked_about(now() + timedelta(hours=25)) == []


class TestTheLeader:
    def test_endang_reads_her_own_rt_those_who_need_help_first(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        old_man(cast)
        as_user("karto").post(f"/warnings/{warning.id}/safety", data=SAFE)
        as_user("sari").post(f"/warnings/{warning.id}/safety", data=HELP | {"people": "3"})
        page = as_user("endang").get("/safety").text
        assert re.findall(r"<p><strong>([^<]+)</strong> ", page) == ["Sari Wulandari", "Mbah Joyo", "Karto Suwiryo"]
        assert "Butuh bantuan: 1 · belum menjawab: 1 · aman: 1" in page
        assert 'href="tel:+6281330000001"' in page
        assert "bersama 3 orang di rumah" in page
        assert "Wahyu" not in page
        assert "Sari" not in as_user("slamet").get("/safety").text

    def test_who_needs_help_to_leave_stands_before_all_who_have_not_answered_with_the_need_in_words(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        flood("Mayangan")
        joyo = old_man(cast)
        joyo.needs, joyo.needs_consent_at = "elderly disabled", now()
        db.session.commit()
        page = as_user("endang").get("/safety").text
        named = re.findall(r"<p><strong>([^<]+)</strong> ", page)
        assert (named[0], len(named)) == ("Mbah Joyo", 3)
        assert re.search(r"Mbah Joyo.*Lansia.*Disabilitas.*</p>", page)

    def test_endang_has_seen_the_old_man_safe(self, as_user: AsUser, cast: Cast) -> None:
        warning, joyo = flood("Mayangan"), old_man(cast)
        seen = f"/safety/{warning.id}/residents/{joyo.id}/seen"
        assert as_user("endang").post(seen).status_code == 303
        assert answers() == [("Endang Lestari", "seen_safe", None)]
        assert "dipastikan oleh Endang Lestari" in as_user("endang").get("/safety").text
        as_user("endang").post(seen)
        assert len(answers()) == 1

    def test_endang_takes_back_that_she_has_seen_him_safe_also_after_an_update(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        first, joyo = flood("Mayangan"), old_man(cast)
        as_user("endang").post(f"/safety/{first.id}/residents/{joyo.id}/seen")
        second = flood("Mayangan", replaces=[first])
        undo = f"/safety/{second.id}/residents/{joyo.id}/not-seen"
        assert undo in as_user("endang").get("/safety").text
        assert as_user("slamet").post(undo).status_code == 404
        assert as_user("endang").post(undo).status_code == 303
        assert answers() == []
        assert as_user("endang").post(undo).status_code == 303

    def test_endang_does_not_take_back_what_sari_said_herself(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        as_user("sari").post(f"/warnings/{warning.id}/safety", data=SAFE)
        sari = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        undo = f"/safety/{warning.id}/residents/{sari.id}/not-seen"
        assert as_user("endang").post(undo, headers={"Accept": "application/json"}).status_code == 409
        assert answers() == [("Sari Wulandari", "safe", None)]

    def test_her_word_never_replaces_that_of_the_resident_whose_word_replaces_hers(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        warning = flood("Mayangan")
        sari = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        seen = f"/safety/{warning.id}/residents/{sari.id}/seen"
        as_user("endang").post(seen)
        assert "Ketua RT sudah memastikan bahwa Anda aman." in as_user("sari").get(f"/warnings/{warning.id}").text
        as_user("sari").post(f"/warnings/{warning.id}/safety", data=HELP)
        assert as_user("endang").post(seen, headers={"Accept": "application/json"}).status_code == 409
        assert answers() == [("Sari Wulandari", "need_help", None)]

    def test_slamet_marks_nobody_of_another_rt_nor_of_a_warning_elsewhere(self, as_user: AsUser, cast: Cast) -> None:
        here, elsewhere, joyo = flood("Mayangan"), flood("Sukabumi"), old_man(cast)
        assert as_user("slamet").post(f"/safety/{here.id}/residents/{joyo.id}/seen").status_code == 404
        assert as_user("endang").post(f"/safety/{elsewhere.id}/residents/{joyo.id}/seen").status_code == 404
        joyo.moved_out_on = now().date()
        db.session.commit()
        assert as_user("endang").post(f"/safety/{here.id}/residents/{joyo.id}/seen").status_code == 404
        assert "Mbah Joyo" not in as_user("endang").get("/safety").text

    def test_after_the_day_the_leader_marks_nobody_any_more(self, as_user: AsUser, cast: Cast) -> None:
        over, joyo = flood("Mayangan", minutes=-1441), old_man(cast)
        seen = f"/safety/{over.id}/residents/{joyo.id}/seen"
        assert as_user("endang").post(seen, headers={"Accept": "application/json"}).status_code == 409
        assert answers() == []

    def test_without_a_warning_in_the_rt_the_page_says_so(self, as_user: AsUser, cast: Cast) -> None:
        flood("Sukabumi")
        assert "tidak ada peringatan yang perlu dijawab warga RT Anda" in as_user("endang").get("/safety").text


class TestTheCity:
    def test_it_reads_numbers_by_kelurahan_rw_and_rt_and_no_names(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        old_man(cast)
        as_user("sari").post(f"/warnings/{warning.id}/safety", data=HELP | {"people": "3"})
        as_user("wahyu").post(f"/warnings/{warning.id}/safety", data=SAFE)
        assert numbers(cast) == (1, 1, 2)
        (area,) = counting.by_kelurahan(warning)
        (rw,) = area.parts
        assert [(rt.number, rt.count.need_help, rt.count.safe, rt.count.without_account) for rt in rw.parts] == [
            (3, 1, 0, 1), (4, 0, 1, 0),
        ]  # fmt: skip
        for who in ("bagas", "komang", "hadi"):
            city = as_user(who).get("/safety/city").text
            there = as_user(who).get(f"/safety/city/{warning.id}/{area.id}").text
            for page in (city, there):
                assert re.search(r'class="badge danger"><svg.*?</svg>1 butuh bantuan', page)
                assert "di 1 rumah, bersama 3 orang<" in page
                assert "Sari" not in page
            assert "RT 03" in there

    def test_people_of_one_home_count_once_however_many_of_it_ask(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        sari = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        karto = db.session.scalars(select(Resident).where(Resident.user_id == cast.karto.id)).one()
        karto.household = sari.household
        db.session.commit()
        for who, people in (("sari", "4"), ("karto", "3"), ("wahyu", "2")):
            as_user(who).post(f"/warnings/{warning.id}/safety", data=HELP | {"people": people})
        count = counting.total(counting.by_kelurahan(warning))
        assert (count.need_help, count.helped_homes, count.helped_people) == (3, 2, 6)
        assert "di 2 rumah, bersama 6 orang<" in as_user("komang").get("/safety/city").text

    def test_who_has_moved_away_is_not_counted(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        as_user("sari").post(f"/warnings/{warning.id}/safety", data=HELP)
        resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        resident.moved_out_on = now().date()
        db.session.commit()
        assert numbers(cast) == (0, 0, 2)

    def test_a_poll_brings_the_counts_only_after_an_answer(
        self, as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        warning, at = flood("Mayangan"), now()
        monkeypatch.setattr(city, "now", lambda: at)  # within one minute
        area = warning.touched[0].kelurahan_id
        komang = as_user("komang")
        for rows in ("/safety/city/rows", f"/safety/city/{warning.id}/{area}/rows"):
            before = counting.version(at)
            assert komang.get(f"{rows}?v={before}").status_code == 204
            as_user("sari").post(f"/warnings/{warning.id}/safety", data=HELP)
            answer = komang.get(f"{rows}?v={before}")
            assert answer.status_code == 200
            assert "1 butuh bantuan" in answer.text

    def test_who_moves_away_is_left_out_within_a_minute(self, as_user: AsUser, cast: Cast) -> None:
        flood("Mayangan")
        before = as_user("komang").get("/safety/city").text
        resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
        resident.moved_out_on = now().date()
        db.session.commit()
        version = before.partition('data-version="')[2].partition('"')[0]
        with time_machine.travel(now() + timedelta(minutes=1)):
            assert as_user("komang").get(f"/safety/city/rows?v={version}").status_code == 200

    def test_the_version_is_read_in_front_of_flask(self, as_user: AsUser, cast: Cast) -> None:
        as_user("sari").post(f"/warnings/{flood('Mayangan').id}/safety", data=SAFE)
        at, engine = now(), db.engines[READER]

        def in_front_of_flask() -> str:
            with without_session(engine):
                return counting.version(at)

        assert Context().run(in_front_of_flask) == counting.version(at) != "none"

    @pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
    def test_the_version_looks_at_the_newest_answer_alone(self, as_user: AsUser, cast: Cast, backend: Any) -> None:
        warning = flood("Mayangan")
        as_user("sari").post(f"/warnings/{warning.id}/safety", data=HELP)
        db.session.commit()
        hang_up()
        with statements(db.engine, db.engines[READER]) as asked:
            counting.version(now())
            db.session.rollback()
            hang_up()
        (newest,) = (sql for sql in asked if "max(safety_answers" in sql)
        with db.engine.connect() as connection:
            plan = str(connection.exec_driver_sql(f"explain query plan {newest}", tuple(asked[newest])).all())
        assert "SEARCH safety_answers USING COVERING INDEX ix_safety_answers_newest" in plan

    def test_a_kelurahan_that_the_warning_does_not_touch_has_no_page(self, as_user: AsUser, cast: Cast) -> None:
        warning = flood("Mayangan")
        assert as_user("komang").get(f"/safety/city/{warning.id}/999").status_code == 404
        assert as_user("komang").get("/safety/city/999/1/rows").status_code == 404

    def test_the_most_severe_warning_stands_first(self, cast: Cast) -> None:
        mild = publish("Mayangan", severity="Minor")
        grave = publish("Mayangan", severity="Extreme")
        assert [it.id for it in asking.asked_about(now())] == [grave.id, mild.id]


def test_answers_are_deleted_after_thirty_days(as_user: AsUser, cast: Cast) -> None:
    as_user("sari").post(f"/warnings/{flood('Mayangan').id}/safety", data=SAFE)
    for days, left in ((29, 1), (31, 0)):
        assert not rules.forget(now() + timedelta(days=days))
        assert db.session.scalar(select(func.count()).select_from(SafetyAnswer)) == left


def test_many_answers_are_deleted_in_several_transactions(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = flood("Mayangan")
    for who in ("sari", "karto", "wahyu"):
        as_user(who).post(f"/warnings/{warning.id}/safety", data=SAFE)
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    later = now() + timedelta(days=31)
    assert [rules.forget(later), rules.forget(later)] == [True, False]
    assert db.session.scalar(select(func.count()).select_from(SafetyAnswer)) == 0


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_page_of_safety_reads_through_a_table_that_grows(app: Flask, as_user: AsUser) -> None:
    warning = flood("Mayangan")
    as_user("sari").post(f"/warnings/{warning.id}/safety", data=SAFE)
    pages = {"sari": [f"/warnings/{warning.id}", "/warnings/banner", "/evacuation"], "endang": ["/safety"],
             "komang": ["/safety/city", f"/safety/city/{warning.id}/{warning.touched[0].kelurahan_id}"]}  # fmt: skip
    browsers = {who: as_user(who) for who in pages}
    db.session.commit()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        for who, addresses in pages.items():
            for address in addresses:
                assert browsers[who].get(address).status_code == 200
        rules.forget(now())
        db.session.commit()
        hang_up()
    assert scans(db.engine, asked) == {}
