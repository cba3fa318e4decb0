"""A business's page of its own alarm: nothing that endangers a clerk, and no more than is so."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from meteor.accounts import passwords
from meteor.accounts.models import UserRole
from meteor.alerts import limits, merging
from meteor.alerts.models import Alert
from meteor.dispatch import overdue
from meteor.dispatch import rules as dispatch
from meteor.incidents import escalation, timeline
from meteor.incidents.models import Incident
from meteor.notices.models import Notice
from meteor.premises.models import Premises
from meteor.store.database import db, reading
from meteor.store.moments import now
from meteor.store.quotas import Limit
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, incidents, panel_of, says, shop
from tests.scenes import on_duty, open_assignment
from tests.test_limits import use_up

AsUser = Callable[[str], Browser]
GIVES_AWAY = ("alarm", "meteor", "darurat", "emergency", "polisi", "police", "perampokan", "hold-up", "toko emas")


@pytest.fixture
def gold(cast: Cast) -> Premises:
    """Toko Emas Semeru, with pass phrases; Agus is on his motorbike."""
    alarm_types(cast)
    on_duty(cast, "agus", "TRAIL-01")
    return shop(cast)


def press(browser: Browser, premises: Premises) -> UUID:
    alert = uuid4()
    browser.post("/sas/alarms", data={"id": str(alert), "premises": premises.id}, csrf=False)
    return alert


def page(browser: Browser, alert: UUID, part: str = "") -> str:
    return browser.get(f"/sas/alarms/{alert}{part}").get_data(as_text=True)


def words(html: str) -> str:
    return " ".join(re.sub(r"<(script|title|noscript).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def cancel(browser: Browser, alert: UUID, **fields: Any) -> Any:
    return browser.post(f"/sas/alarms/{alert}/cancellation", data={"reason": "mistake", "sure": "1"} | fields)


def told(kind: str) -> int:
    return len(db.session.scalars(select(Notice).where(Notice.kind == kind)).all())


def cancellation() -> dict[str, Any]:
    event = timeline.last(incidents()[0].id, "alarm_cancelled")
    assert event
    return event.detail


# --- what it shows ---


def test_the_citizens_address_leads_there(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    answer = browser.get(f"/alerts/{alert}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sas/alarms/{alert}")
    assert browser.get(f"/alerts/{alert}/status").status_code == 404
    assert browser.post(f"/alerts/{alert}/kind", data={"kind": "fire"}).status_code == 404


def test_nothing_on_it_gives_it_away_or_tells_a_clerk_to_telephone(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    for part in ("", "/cancellation"):
        html = page(browser, alert, part)
        assert "<title>Catatan</title>" in html
        for word in GIVES_AWAY:
            assert word not in words(html).lower()
        for other in ('href="/"', 'href="/alerts', "/kind", "<nav", "sign-out", "siren", "data-alarm"):
            assert other not in html
    assert re.findall(r".{20} 112", words(page(browser, alert))) == ["Bila aman berbicara: 112"]


def test_who_is_asked_has_accepted_is_on_the_way_and_is_there_is_counted(
    cast: Cast, as_user: AsUser, gold: Premises
) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    browser = as_user("toko")
    alert = press(browser, gold)
    first, second = open_assignment("TRAIL-01"), open_assignment("TRAIL-02")
    status = lambda: words(page(browser, alert, "/status"))  # noqa: E731
    assert re.search(r"Diminta, belum menjawab 2 · 0:0\d", status())
    assert "Belum ada yang menerima." in status()
    dispatch.accept(first, now(), cast.agus)
    db.session.commit()
    assert "Menerima, belum berangkat 1 · TRAIL-01" in status()
    assert "Belum ada" not in status()
    assert "Menuju lokasi" not in status()
    dispatch.depart(first, now(), cast.agus)
    dispatch.accept(second, now(), cast.bayu)
    dispatch.depart(second, now(), cast.bayu)
    db.session.commit()
    assert re.search(r"Menuju lokasi 2 · TRAIL-0\d, TRAIL-0\d", status())
    dispatch.arrive(first, now(), cast.agus)
    db.session.commit()
    assert "Di lokasi 1 · TRAIL-01" in status()
    assert "Menuju lokasi 1 · TRAIL-02" in status()
    assert "Belum didapat 1" in status()  # the plan's ambulance


def test_that_nobody_is_free_is_said_only_while_no_unit_comes(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    assert "Belum ada yang siap" not in words(page(browser, alert))
    dispatch.withdraw(open_assignment("TRAIL-01"), "", now(), cast.komang)
    db.session.commit()
    assert "Belum ada yang siap." in words(page(browser, alert))


def test_where_units_did_not_answer_no_word_is_said_of_who_is_called_how(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert, later = press(browser, gold), now() + timedelta(minutes=2)
    overdue.expire(later)
    db.session.commit()
    said = words(page(browser, alert))
    assert "Belum ada jawaban. Pusat komando sudah diberi tahu." in said
    assert "radio" not in said


def test_that_somebody_has_read_it_and_that_it_is_closed_are_said(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    assert "Dibaca" not in words(page(browser, alert))
    escalation.acknowledge(incidents()[0].id, cast.maya, now())
    db.session.commit()
    assert "Dibaca" in words(page(browser, alert))
    dispatch.close(incidents()[0], "false_alarm", "", now(), cast.komang)
    db.session.commit()
    html = page(browser, alert)
    assert "Selesai" in words(html)
    assert "tel:112" not in html
    assert "Koreksi" not in html


def test_an_alarm_of_a_panel_has_the_page_too_and_the_history_leads_there(as_user: AsUser, gold: Premises) -> None:
    event, browser = says(panel_of(gold), "HA", now(), "001"), as_user("toko")
    assert f"/sas/alarms/{event.id}" in browser.get("/sas/history").text
    assert "Diminta, belum menjawab 1" in words(page(browser, event.id))


@pytest.mark.both_databases
def test_a_poll_that_has_seen_it_gets_nothing(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    found = re.search(r'data-version="(\w+)"', page(browser, alert, "/status"))
    assert found
    assert browser.get(f"/sas/alarms/{alert}/status?v={found[1]}").status_code == 204


def test_without_scripts_it_renews_itself_unless_one_writes(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    assert 'http-equiv="refresh"' in page(browser, alert)
    assert 'http-equiv="refresh"' not in page(browser, alert, "?still=1")


def test_a_note_goes_to_the_command_centre(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    browser.post(f"/sas/alarms/{alert}/notes", data={"note": "dua orang, satu pisau"})
    browser.post(f"/sas/alarms/{alert}/notes", data={"note": " "})
    assert "dua orang, satu pisau" in as_user("komang").get(f"/incidents/{incidents()[0].number}").text
    assert "Terkirim." in words(page(browser, alert))


@pytest.mark.both_databases
@pytest.mark.parametrize("part", ["", "/status", "/cancellation"])
def test_others_do_not_find_it(cast: Cast, as_user: AsUser, gold: Premises, part: str) -> None:
    db.session.add(UserRole(user_id=cast.wahyu.id, role="business"))
    shop(cast, "Bank Mayangan", users=("wahyu",))
    alert = press(as_user("toko"), gold)
    for other in ("wahyu", "sari", "komang"):
        assert as_user(other).get(f"/sas/alarms/{alert}{part}").status_code == 404


def test_after_a_merge_it_shows_its_own_number_and_the_units_that_come(
    cast: Cast, as_user: AsUser, gold: Premises
) -> None:
    db.session.add(UserRole(user_id=cast.wahyu.id, role="business"))
    bank = shop(cast, "Bank Mayangan", users=("wahyu",))
    press(as_user("toko"), gold)
    alert = press(as_user("wahyu"), bank)
    first, second = incidents()
    number = second.number
    merging.merge(second, first, now(), cast.komang)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    shown = words(page(as_user("wahyu"), alert))
    assert shown.startswith(f"× {number}")
    assert "Menerima, belum berangkat 1 · TRAIL-01" in shown


# --- "by mistake" ---


def test_one_tap_leads_to_a_second_step_and_records_nothing(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    answer = browser.post(f"/sas/alarms/{alert}/cancellation", data={"reason": "mistake", "pin": "melati putih"})
    assert answer.headers["Location"] == f"/sas/alarms/{alert}/cancellation?reason=mistake"
    assert timeline.last(incidents()[0].id, "alarm_cancelled") is None
    assert 'name="pin"' in page(browser, alert, "/cancellation")


def test_the_citizens_address_of_a_cancellation_asks_for_the_second_step_too(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    answer = browser.post(f"/alerts/{alert}/cancellation", data={"reason": "mistake"})
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/sas/alarms/{alert}/cancellation")


@pytest.mark.parametrize("code", ["melati putih", "Gunung  BROMO", "2468"])
def test_with_a_right_code_the_incident_goes_on_until_the_command_centre_has_checked(
    cast: Cast, as_user: AsUser, gold: Premises, code: str
) -> None:
    cast.toko.pin_hash = passwords.hashed("2468")
    db.session.commit()
    browser = as_user("toko")
    alert = press(browser, gold)
    assert cancel(browser, alert, pin=code).headers["Location"] == f"/sas/alarms/{alert}"
    (incident,) = incidents()
    assert (incident.status, open_assignment("TRAIL-01").status) == ("open", "offered")
    assert (cancellation()["forced"], cancellation()["verified"]) == (False, True)
    assert (told("unverified"), told("forced")) == (1, 0)
    assert "tidak sengaja. Dipastikan dulu lewat kontak." in words(page(browser, alert))
    shown = as_user("komang").get(f"/incidents/{incident.number}").text
    assert "Pihak lokasi alarm menyatakan: tidak sengaja · dengan PIN atau frasa sandi yang benar" in shown


@pytest.mark.parametrize("code", ["salah", ""])
def test_a_wrong_code_alarms_the_dispatchers_and_looks_the_same(as_user: AsUser, gold: Premises, code: str) -> None:
    browser = as_user("toko")
    right, wrong = press(browser, gold), press(browser, gold)
    answers = [cancel(browser, right, pin="melati putih"), cancel(browser, wrong, pin=code)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert cancellation()["forced"]
    assert told("forced") == 1
    clocks = re.compile(r"\d+[.:]\d+(?:[.:]\d+)?")
    assert clocks.sub("", words(page(browser, right))) == clocks.sub("", words(page(browser, wrong)))


@pytest.mark.parametrize("shown", ["/incidents/{}", "/board", "/sas/monitor"])
def test_a_wrong_code_marks_the_incident_wherever_the_command_centre_sees_it(
    as_user: AsUser, gold: Premises, shown: str
) -> None:
    cancel(as_user("toko"), press(as_user("toko"), gold), pin="salah")
    text = as_user("komang").get(shown.format(incidents()[0].number)).text
    assert re.search(r'class="(mark|badge) danger">.*?ungkin dipaksa', text)


def test_where_no_code_is_set_the_word_alone_is_marked_as_that(as_user: AsUser, gold: Premises) -> None:
    for contact in gold.contacts:
        contact.pass_phrase = None
    db.session.commit()
    browser = as_user("toko")
    alert = press(browser, gold)
    assert 'name="pin"' not in page(browser, alert, "/cancellation")
    cancel(browser, alert, reason="safe")
    assert (cancellation()["reason"], cancellation()["forced"], cancellation()["verified"]) == ("safe", False, False)
    assert told("unverified") == 1


@pytest.mark.parametrize(("part", "limit"), [("notes", limits.NOTES), ("cancellation", limits.CANCELLATIONS)])
def test_notes_and_cancellations_have_a_limit_for_a_day(
    cast: Cast, as_user: AsUser, gold: Premises, part: str, limit: Limit
) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    use_up(f"user:{cast.toko.id}", limit)
    before = len(timeline.of_incident(incidents()[0].id))
    said = {"note": "Mereka pergi", "reason": "safe", "sure": "1"}
    assert browser.post(f"/sas/alarms/{alert}/{part}", data=said).status_code == 429
    assert len(timeline.of_incident(incidents()[0].id)) == before


def test_no_press_waits_while_a_code_is_checked(
    cast: Cast, as_user: AsUser, gold: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.toko.pin_hash = passwords.hashed("2468")
    db.session.commit()
    browser = as_user("toko")
    alert = press(browser, gold)
    only_read: list[bool] = []
    monkeypatch.setattr(passwords, "matches", lambda *_: only_read.append(reading.get()))
    cancel(browser, alert, pin="0000")
    assert only_read == [True]
    assert cancellation()["forced"]


def test_another_press_is_not_cancelled_by_a_word_before_it(as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    cancel(browser, press(browser, gold), pin="melati putih")
    assert "Dikoreksi" not in words(page(browser, press(browser, gold)))


def test_another_reason_is_refused_and_a_closed_incident_says_so(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    browser = as_user("toko")
    alert = press(browser, gold)
    assert cancel(browser, alert, reason="bored", pin="melati putih").status_code == 422
    dispatch.close(db.session.scalars(select(Incident)).one(), "helped", "", now() + timedelta(seconds=1), cast.komang)
    db.session.commit()
    cancel(browser, alert, pin="melati putih")
    assert "Ini sudah ditutup sebelumnya." in words(page(browser, alert))


def test_somebody_of_other_premises_cancels_nothing(cast: Cast, as_user: AsUser, gold: Premises) -> None:
    db.session.add(UserRole(user_id=cast.wahyu.id, role="business"))
    shop(cast, "Bank Mayangan", users=("wahyu",))
    alert = press(as_user("toko"), gold)
    assert cancel(as_user("wahyu"), alert, pin="melati putih").status_code == 404
    assert as_user("wahyu").post(f"/sas/alarms/{alert}/notes", data={"note": "x"}).status_code == 404
    assert db.session.get_one(Alert, alert).incident.status == "open"
