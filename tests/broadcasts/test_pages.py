"""The pages of messages to an RT: what a leader writes, what residents read, what the command centre reads."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from meteor.accounts import sessions
from meteor.alerts.models import Alert
from meteor.broadcasts import rules
from meteor.broadcasts.models import RtMessage
from meteor.notices.models import Notice
from meteor.residents import leaderships
from meteor.residents.models import Leadership
from meteor.store.database import db
from meteor.store.moments import now
from tests.broadcasts.scenes import CLEANING, FIRE, lives, neighbour, sent, tell_all, told, with_push
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import report
from tests.web.gates import by_gate, cookie, serving

AsUser = Callable[[str], Browser]


def form(**given: Any) -> dict[str, str]:
    return {"id": str(uuid4()), "kind": "notice", "text": CLEANING, "lasts": "0"} | given


def stored() -> list[RtMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(RtMessage).order_by(RtMessage.sent_at)))


def test_a_message_is_previewed_with_its_reach_before_it_goes_out(as_user: AsUser, cast: Cast) -> None:
    neighbour(3)
    endang, typed = as_user("endang"), form()
    answer = endang.post("/rt-messages", data=typed)
    assert answer.status_code == 200
    assert CLEANING in answer.text
    assert "1 warga punya akun" in answer.text
    assert "1 warga belum punya akun" in answer.text
    assert stored() == []
    back = endang.post("/rt-messages", data=typed | {"step": "edit"})
    assert CLEANING in back.text
    assert stored() == []
    answers = [endang.post("/rt-messages", data=typed | {"step": "send"}) for _ in range(2)]
    (message,) = stored()
    assert [answer.headers["Location"] for answer in answers] == [f"/rt-messages/{message.id}"] * 2
    assert (message.id, message.rt.number, message.text) == (UUID(typed["id"]), 3, CLEANING)
    assert message.until - message.sent_at == timedelta(days=3)


def test_before_and_after_an_alarm_the_leader_reads_whose_phones_ring(as_user: AsUser, cast: Cast) -> None:
    lives(cast.agus, 3)
    endang, typed = as_user("endang"), form(kind="alarm", text=FIRE)
    assert "Tidak ada ponsel yang berbunyi" in endang.post("/rt-messages", data=typed).text
    with_push(cast.sari)
    page = endang.post("/rt-messages", data=typed).text
    assert "2 warga punya akun" in page
    assert "Ponsel 1 warga berbunyi" in page
    address = endang.post("/rt-messages", data=typed | {"step": "send"}).headers["Location"]
    tell_all()
    assert "Sampai di ponsel 0 warga" in endang.get(address).text
    db.session.execute(update(Notice).where(Notice.user_id == cast.sari.id).values(pushed=2))
    db.session.commit()
    page = endang.get(address).text
    assert "Sampai di ponsel 1 warga" in page
    assert "2 warga bisa membacanya di METEOR" in page


def test_a_phone_that_is_signed_out_is_not_counted(as_user: AsUser, cast: Cast) -> None:
    with_push(cast.sari)
    sessions.end_all(cast.sari, "by_admin")
    db.session.commit()
    page = as_user("endang").post("/rt-messages", data=form(kind="alarm", text=FIRE)).text
    assert "Tidak ada ponsel yang berbunyi" in page


def test_an_alarm_is_shown_for_two_hours_and_says_that_it_calls_no_help(as_user: AsUser, cast: Cast) -> None:
    endang, typed = as_user("endang"), form(kind="alarm", text=FIRE)
    assert "tidak memanggil polisi, damkar, atau ambulans" in endang.post("/rt-messages", data=typed).text
    endang.post("/rt-messages", data=typed | {"step": "send"})
    (message,) = stored()
    assert message.until - message.sent_at == timedelta(hours=2)
    page = endang.get(f"/rt-messages/{message.id}").text
    assert "tidak memanggil polisi" in page
    assert 'href="tel:112"' in page


@pytest.mark.parametrize("begin", ["fire", "thief", "flood", "child", "gathering"])
def test_a_ready_beginning_fills_the_form_and_is_not_sent_alone(as_user: AsUser, begin: str) -> None:
    page = as_user("endang").get(f"/rt-messages/new?begin={begin}").text
    text = re.search(r"<textarea[^>]*>\s*(.*?)\s*</textarea>", page)[1]
    assert text
    assert re.search(r'value="alarm" checked', page)
    assert as_user("endang").post("/rt-messages", data=form(kind="alarm", text=text)).status_code == 422


@pytest.mark.parametrize(
    "given",
    [{"text": "  "}, {"text": "x" * 501}, {"kind": ""}, {"kind": "sirene"}, {"kind": "alarm", "lasts": "72"},
     {"lasts": "9999"}],
)  # fmt: skip
def test_a_form_with_a_problem_comes_back_with_what_was_typed(as_user: AsUser, given: dict[str, str]) -> None:
    typed = form(**given)
    answer = as_user("endang").post("/rt-messages", data=typed | {"step": "send"})
    assert answer.status_code == 422
    assert typed["text"].strip() in answer.text
    assert stored() == []


@pytest.mark.parametrize("step", ["", "send"])
def test_beyond_the_limit_the_text_is_kept_and_112_is_named(as_user: AsUser, cast: Cast, step: str) -> None:
    for _ in range(3):
        sent("alarm", cast.endang)
    answer = as_user("endang").post("/rt-messages", data=form(kind="alarm", text=FIRE, step=step))
    assert answer.status_code == 429
    assert FIRE in answer.text
    assert "bisa dikirim mulai" in answer.text
    assert "tekan tombol darurat atau hubungi 112" in answer.text
    assert len(stored()) == 3


def test_beyond_the_limit_of_notices_nothing_is_said_of_danger(as_user: AsUser, cast: Cast) -> None:
    for _ in range(5):
        sent("notice", cast.endang)
    answer = as_user("endang").post("/rt-messages", data=form(step="send"))
    assert answer.status_code == 429
    assert "bisa dikirim mulai" in answer.text
    assert "hubungi 112" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_the_end_of_a_line_counts_as_one_character(as_user: AsUser, cast: Cast) -> None:
    endang, text = as_user("endang"), "x" * 249 + "\r\n" + "y" * 250
    assert endang.post("/rt-messages", data=form(text=text, step="send")).status_code == 303
    (message,) = stored()
    assert len(message.text) == 500
    assert endang.post(f"/rt-messages/{message.id}/end", data={"words": text}).status_code == 303


def test_a_leader_reaches_no_other_rt(as_user: AsUser, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    slamet = as_user("slamet")
    assert slamet.get(f"/rt-messages/{message.id}").status_code == 404
    assert slamet.post(f"/rt-messages/{message.id}/end", data={"words": "Aman"}).status_code == 404
    assert FIRE not in slamet.get("/rt-messages").text
    typed = form(id=str(message.id), step="send")
    assert slamet.post("/rt-messages", data=typed).status_code == 404
    assert [(each.rt.number, each.ended_at) for each in stored()] == [(3, None)]


def test_a_leader_who_lives_in_another_rt_reads_its_messages_and_ends_none(as_user: AsUser, cast: Cast) -> None:
    lives(cast.slamet, 3)
    message = sent("alarm", cast.endang)
    page = as_user("slamet").get(f"/rt-messages/{message.id}").text
    assert FIRE in page
    assert "Akhiri alarm" not in page
    assert as_user("slamet").post(f"/rt-messages/{message.id}/end").status_code == 404


def test_the_open_page_of_a_leader_learns_how_far_the_message_has_come(as_user: AsUser, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    endang, address = as_user("endang"), f"/rt-messages/{message.id}/reach"
    page = endang.get(f"/rt-messages/{message.id}").text
    assert "0 warga bisa membacanya di METEOR (masih dikirim)" in page
    shown = page.split('id="reach"', 1)[1].split('data-version="', 1)[1].split('"', 1)[0]
    assert endang.get(f"{address}?v={shown}").status_code == 204
    tell_all()
    numbers = endang.get(f"{address}?v={shown}").text
    assert "1 warga bisa membacanya di METEOR<" in numbers
    assert "masih dikirim" not in numbers


def test_how_far_a_message_has_come_is_for_the_leader_of_its_rt(as_user: AsUser, cast: Cast) -> None:
    lives(cast.slamet, 3)
    message = sent("alarm", cast.endang)
    assert as_user("slamet").get(f"/rt-messages/{message.id}/reach").status_code == 404
    assert as_user("sari").get(f"/rt-messages/{message.id}/reach").status_code == 403


def test_a_user_without_an_rt_cannot_write(as_user: AsUser, cast: Cast) -> None:
    db.session.execute(delete(Leadership))
    db.session.commit()
    assert as_user("endang").get("/rt-messages/new").status_code == 404
    assert as_user("endang").post("/rt-messages", data=form()).status_code == 404


def test_another_leader_of_the_rt_ends_it_and_the_first_is_told_so(as_user: AsUser, cast: Cast) -> None:
    leaderships.appoint(cast.maya, cast.rt(3), cast.tuti)
    message = sent("alarm", cast.endang)
    tell_all()
    assert as_user("maya").post(f"/rt-messages/{message.id}/end", data={"words": "Aman kembali"}).status_code == 303
    endang, address = as_user("endang"), f"/rt-messages/{message.id}"
    assert endang.post(f"{address}/end", data={"words": "Sudah padam"}).headers["Location"] == address
    page = endang.get(address).text
    assert "Pesan ini sudah berakhir" in page
    assert "Maya Operator" in page
    assert "Aman kembali" in page
    (ended,) = stored()
    assert ended.all_clear == "Aman kembali"


def test_an_end_that_says_too_much_comes_back(as_user: AsUser, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    answer = as_user("endang").post(f"/rt-messages/{message.id}/end", data={"words": "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert "opsional" not in answer.text  # each field that may be left out says so in the same words
    assert stored()[0].ended_at is None


def test_residents_read_the_messages_of_thirty_days_with_author_and_kind(as_user: AsUser, cast: Cast) -> None:
    sent("alarm", cast.endang)
    old = sent("notice", cast.endang, "Rapat warga bulan lalu")
    db.session.execute(update(RtMessage).where(RtMessage.id == old.id).values(sent_at=now() - timedelta(days=31)))
    db.session.commit()
    page = as_user("sari").get("/rt-messages").text
    assert FIRE in page
    assert "Endang Lestari" in page
    assert re.search(r'<span class="badge danger">.*?</svg>Alarm RT</span>', page)
    assert "Rapat warga" not in page
    assert FIRE not in as_user("karto").get("/rt-messages").text  # is not verified
    assert as_user("wahyu").get(f"/rt-messages/{old.id}").status_code == 404


def test_a_resident_acknowledges_and_the_leader_reads_the_number(as_user: AsUser, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    tell_all()
    sari, address = as_user("sari"), f"/rt-messages/{message.id}"
    page = sari.get(address).text
    assert "Jangkauan" not in page
    acknowledgement = re.search(r'action="(/notices/[0-9]+/acknowledgement)"', page)[1]
    assert sari.post(acknowledgement, data={"next": address}).headers["Location"] == address
    assert "acknowledgement" not in sari.get(address).text
    seen = as_user("endang").get(address).text
    assert "1 warga bisa membacanya di METEOR" in seen
    assert "1 warga sudah membacanya" in seen


def test_a_muted_notice_is_still_read_on_the_page(as_user: AsUser, cast: Cast) -> None:
    sari = as_user("sari")
    assert sari.post("/rt-messages/muting", data={"muted": "1"}).status_code == 303
    sent("notice", cast.endang)
    tell_all()
    assert told(cast.sari) == []
    page = sari.get("/rt-messages").text
    assert CLEANING in page
    assert "Kirim lagi pengumuman RT" in page
    sari.post("/rt-messages/muting", data={"muted": "0"})
    assert "Jangan kirim pengumuman RT" in sari.get("/rt-messages").text


def test_the_buttons_page_has_one_line_of_what_holds(as_user: AsUser, cast: Cast) -> None:
    assert "/rt-messages/" not in as_user("sari").get("/").text
    message = sent("alarm", cast.endang)
    line = re.search(rf'<a [^>]*href="/rt-messages/{message.id}">.*?</a>', as_user("sari").get("/").text)[0]
    assert "Alarm RT" in line
    assert "Kebakaran" in line
    assert "/rt-messages/" not in as_user("wahyu").get("/").text


def test_an_alarm_and_its_end_come_to_the_open_page_of_the_button_and_of_an_alert(
    app: Flask, as_user: AsUser, cast: Cast
) -> None:
    """The banner of warnings, which both renew, has it too; an unchanged poll is answered in front of Flask."""
    alert = db.session.scalars(select(Alert).where(Alert.incident_id == report(cast).id)).one()
    assert "/rt-messages/" not in as_user("sari").get(f"/alerts/{alert.id}").text
    with serving(app) as site:
        held = {"Cookie": cookie(site, "sari"), "HX-Request": "true"}
        client = site.test_client(use_cookies=False)

        def poll(version: str) -> TestResponse:
            return client.get(f"/warnings/banner?v={version}", headers=held)

        before = version_of(poll("").text)
        assert by_gate(poll(before))
        message = sent("alarm", cast.endang)
        page = poll(before).text
        assert f'href="/rt-messages/{message.id}"' in page
        during = version_of(page)
        assert by_gate(poll(during))
        rules.end(message, "Sudah padam", now(), cast.endang)
        db.session.commit()
        assert "/rt-messages/" not in poll(during).text
    sent("alarm", cast.endang)
    assert "Alarm RT: Kebakaran" in as_user("sari").get(f"/alerts/{alert.id}").text


def version_of(page: str) -> str:
    return page.partition('data-version="')[2].partition('"')[0]


def test_a_new_alarm_and_its_end_come_to_the_open_page_of_the_command_centre(as_user: AsUser, cast: Cast) -> None:
    def poll(version: str) -> tuple[int, str]:
        answer = as_user("komang").get(f"/rt-messages/alarms/rows?v={version}")
        return answer.status_code, answer.text

    first = version_of(as_user("komang").get("/rt-messages/alarms").text)
    assert poll(first)[0] == 204
    message = sent("alarm", cast.endang)
    status, page = poll(first)
    assert (status, message.text in page) == (200, True)
    second = version_of(page)
    rules.end(message, "Sudah padam", now(), cast.endang)
    db.session.commit()
    status, page = poll(second)
    assert (status, "Sudah padam" in page) == (200, True)


def test_the_command_centre_and_bpbd_read_the_alarms_of_the_last_day(as_user: AsUser, cast: Cast) -> None:
    sent("alarm", cast.endang)
    sent("notice", cast.endang)
    old = sent("alarm", cast.slamet, "Air naik di gang 4", rt=4)
    db.session.execute(update(RtMessage).where(RtMessage.id == old.id).values(sent_at=now() - timedelta(hours=25)))
    db.session.commit()
    for username in ("komang", "hadi", "bagas"):
        page = as_user(username).get("/rt-messages/alarms").text
        assert FIRE in page
        assert "RT 03 RW 05 Mayangan" in page
        assert "Endang Lestari" in page
        assert "0813-3000-0004" in page
        assert CLEANING not in page
        assert "Air naik" not in page


def test_what_a_leader_writes_is_text(as_user: AsUser, cast: Cast) -> None:
    message = sent("notice", cast.endang, "<script>alert(1)</script>")
    for username, address in (("sari", "/"), ("sari", f"/rt-messages/{message.id}"), ("endang", "/rt-messages")):
        assert "<script>alert" not in as_user(username).get(address).text


def test_a_text_that_was_corrected_after_back_goes_out_and_each_once(as_user: AsUser, cast: Cast) -> None:
    typed, texts = form(step="send"), ["Kebakaran di gang 2", "Kebakaran di gang 12"]
    answers = [as_user("endang").post("/rt-messages", data=typed | {"text": text}) for text in texts * 2]
    addresses = [f"/rt-messages/{message.id}" for message in stored()]
    assert [answer.headers["Location"] for answer in answers] == addresses * 2
    assert [message.text for message in stored()] == texts
