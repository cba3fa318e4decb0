"""A silent press that could not be sent is asked about after half an hour, and is never dropped without an answer."""

import json
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlalchemy import select

from meteor.accounts import sessions
from meteor.accounts.models import UserRole
from meteor.alerts.models import Alert
from meteor.store.database import db
from tests.browser.conftest import City, Opener, cut_network
from tests.browser.test_every_page import wrong_with
from tests.browser.test_panic import OFFLINE, Finger
from tests.browser.test_sas import ARRIVED, MIDDLE, READY, SIGNED_OUT, SPY, UNSENT, alarms, gold, held, page, says
from tests.sas.scenes import shop

__all__ = ["gold", "page"]  # fixtures

LONG_AGO = 31  # minutes


def keep(page: Page, minutes: int = LONG_AGO, **values: Any) -> str:
    """Leave a press of so long ago in the browser, as the silent page does; its id."""
    press = {"id": str(uuid4()), "kind": "crime", "silent": True} | values
    owner = "document.getElementById('note')"
    page.evaluate(
        f"press => localStorage.setItem('meteor.note', JSON.stringify(Object.assign({{ at: Date.now() - {minutes} * "
        f"60000, user: {owner}.dataset.user, premises: {owner}.premises.value }}, press)))",
        press,
    )
    return str(press["id"])


def kept(page: Page) -> str:
    return json.dumps(
        page.evaluate("[localStorage.getItem('meteor.note'), localStorage.getItem('meteor.note.unsent')]")
    )


def answer(page: Page, word: str, line: int = 0) -> None:
    page.locator("#unsent li").nth(line).get_by_text(word, exact=True).tap()


def ids(city: City) -> set[str]:
    return {str(alarm.id) for alarm in alarms(city)}


def asks(page: Page, lines: int) -> None:
    expect(page.locator("#unsent li")).to_have_count(lines)


def test_a_press_of_long_ago_is_asked_about_and_sent_if_wanted(gold: City, page: Page) -> None:
    press = keep(page)
    page.reload()
    asks(page, 1)
    expect(page.locator("#unsent span")).to_contain_text("belum terkirim")
    says(page, READY)
    assert alarms(gold) == []
    answer(page, "Kirim")
    says(page, ARRIVED)
    asks(page, 0)
    ((alarm_id, _, _, _, flags),) = alarms(gold)
    assert str(alarm_id) == press
    assert "sent_late" in flags
    assert press not in kept(page)


def test_a_press_of_a_device_whose_clock_was_set_back_is_asked_about(gold: City, page: Page) -> None:
    keep(page, minutes=-60)
    page.reload()
    asks(page, 1)
    assert alarms(gold) == []
    answer(page, "Kirim")
    says(page, ARRIVED)
    ((_, _, _, _, flags),) = alarms(gold)
    assert "clock_set" in flags


def test_a_press_that_is_deleted_is_dropped_and_not_asked_about_again(gold: City, page: Page) -> None:
    press = keep(page)
    page.reload()
    answer(page, "Hapus")
    asks(page, 0)
    assert press not in kept(page)
    page.reload()
    says(page, READY)
    asks(page, 0)
    assert alarms(gold) == []


def test_without_an_answer_it_is_asked_about_again_by_a_browser_that_was_closed(gold: City, page: Page) -> None:
    keep(page)
    page.reload()
    asks(page, 1)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/sas")
    asks(again, 1)
    assert alarms(gold) == []


def test_each_of_several_presses_gets_its_own_answer(gold: City, page: Page) -> None:
    presses = []
    for minutes in (180, 120, 60):
        presses.append(keep(page, minutes))
        page.reload()
        asks(page, len(presses))
    answer(page, "Hapus", line=1)
    asks(page, 2)
    answer(page, "Kirim")
    says(page, ARRIVED)
    assert ids(gold) == {presses[0]}
    asks(page, 1)
    answer(page, "Kirim")
    asks(page, 0)
    says(page, ARRIVED)
    assert ids(gold) == {presses[0], presses[2]}


def test_a_press_now_is_an_alarm_of_its_own_beside_an_open_question(gold: City, page: Page) -> None:
    old = keep(page)
    page.reload()
    asks(page, 1)
    with held(page):
        pass
    assert len(alarms(gold)) == 1
    assert old not in ids(gold)
    asks(page, 1)


def test_a_press_now_goes_before_one_of_long_ago_that_is_still_being_sent(
    gold: City, page: Page, forgive: list[str]
) -> None:
    forgive.append(OFFLINE)
    old = keep(page)
    page.reload()
    cut_network(page)
    answer(page, "Kirim")
    says(page, UNSENT)
    finger = Finger(page)
    with page.expect_event("requestfailed", lambda request: old not in (request.post_data or old)):
        finger.down(MIDDLE)
    finger.up()
    with page.expect_response(lambda answer: old in (answer.request.post_data or "") and answer.ok):
        page.context.set_offline(False)
    first, second = (str(alarm.id) for alarm in sorted(alarms(gold), key=lambda alarm: "sent_late" in alarm.flags))
    assert first != old
    assert second == old
    with gold.database():
        received = db.session.scalars(select(Alert.id).order_by(Alert.received_at)).all()
    assert [str(alarm_id) for alarm_id in received] == [first, old]


def test_another_user_of_the_device_is_not_asked_and_the_press_waits_for_its_user(
    gold: City, page: Page, phone: Opener
) -> None:
    with gold.database() as cast:
        db.session.add(UserRole(user_id=cast.wahyu.id, role="business"))
        shop(cast, "Bank Mayangan", users=("wahyu",))
    press = keep(page)
    gold.sign_in(page.context, "wahyu")
    page.reload()
    says(page, READY)
    asks(page, 0)
    with held(page):
        pass
    assert press in kept(page)
    assert press not in ids(gold)
    gold.sign_in(page.context, "toko")
    page.reload()
    asks(page, 1)
    answer(page, "Kirim")
    says(page, ARRIVED)
    assert press in ids(gold)


def test_a_press_of_a_signed_out_user_is_sent_after_they_sign_in_elsewhere(
    gold: City, page: Page, forgive: list[str]
) -> None:
    forgive.append("401")
    with gold.database() as cast:
        sessions.end_all(cast.toko, "by_admin")
    with held(page, SIGNED_OUT):
        pass
    assert alarms(gold) == []
    gold.sign_in(page.context, "toko")
    page.evaluate("dispatchEvent(new Event('online'))")
    says(page, ARRIVED)
    assert len(alarms(gold)) == 1


def test_a_press_without_a_user_from_an_older_page_is_asked_about(gold: City, page: Page) -> None:
    keep(page, user=None)
    page.reload()
    asks(page, 1)
    answer(page, "Kirim")
    says(page, ARRIVED)
    assert len(alarms(gold)) == 1


def test_the_question_gives_nothing_away(gold: City, phone: Opener) -> None:
    page = phone("toko", viewport={"width": 320, "height": 568})
    page.add_init_script(SPY)
    page.goto("/sas")
    keep(page)
    page.reload()
    asks(page, 1)
    shown = page.locator("body").inner_text().lower()
    for word in ("alarm", "meteor", "darurat", "polisi", "112", "senyap", "toko emas"):
        assert word not in shown
    assert page.evaluate("window.noticed") == []
    assert wrong_with(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in page.locator("#unsent button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 48
