"""How far a warning has come: what counts as told, pushed and opened, and that few residents are not shown alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices import push
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Rt, Rw
from meteor.warnings import reach, wishes
from meteor.warnings.models import HazardWarning, WarnedRt
from meteor.warnings.reach import FEWEST, Counts
from tests.cast import Cast
from tests.conftest import Browser
from tests.notices.conftest import Tick, TurnOn, service, tick, turn_on
from tests.notices.push_service import PushService
from tests.warnings.scenes import cancel, kelurahan, publish, settle_in, tell_all

__all__ = ["service", "tick", "turn_on"]

AsUser = Callable[[str], Browser]


@pytest.fixture
def sukabumi(cast: Cast) -> Rt:
    """RT 1 of RW 9 of Sukabumi, with four residents who have no account."""
    rt = Rt(rw=Rw(kelurahan=kelurahan("Sukabumi"), number=9), number=1)
    live(rt, 4)
    return rt


def found(warning_id: int) -> HazardWarning:
    return db.session.get_one(HazardWarning, warning_id)


def reached(warning_id: int) -> reach.Reach:
    """The reach of the warning as it is on disk."""
    db.session.rollback()
    return reach.reach(found(warning_id))


def live(rt: Rt, number: int) -> None:
    """So many residents without an account live in the RT; commits."""
    home = Household(rt=rt, address="Jl. Semeru 1")
    db.session.add_all(Resident(household=home, name=f"Warga {each}", verified_at=now()) for each in range(number))
    db.session.commit()


def resident(user: User, rt: Rt) -> Resident:
    """The user lives in the RT; commits."""
    new = settle_in(user, "Sukabumi")
    new.household.rt = rt
    db.session.commit()
    return new


def rows(*sizes: tuple[str, int, int, int]) -> list[Counts]:
    """Rows of RT: kelurahan, RW, RT, residents."""
    return [Counts(kelurahan, rw, rt, residents, *[0] * 7) for kelurahan, rw, rt, residents in sizes]


def version_of(page: str) -> str:
    return page.partition('data-version="')[2].partition('"')[0]


def shapes(areas: list[Counts]) -> list[tuple[str | None, int | None, int | None, int]]:
    return [area[:4] for area in areas]


# --- what counts ---


@pytest.mark.both_databases
def test_residents_accounts_and_those_told_are_counted_by_rt(cast: Cast, sukabumi: Rt) -> None:
    resident(cast.slamet, sukabumi)
    resident(cast.endang, sukabumi)
    wishes.set_wish(cast.endang, "")
    live(Rt(rw=Rw(kelurahan=kelurahan("Mayangan"), number=9), number=1), FEWEST)
    rain = publish("Sukabumi", "Mayangan").id
    tell_all()
    shown = reached(rain)
    (area,) = (area for area in shown.areas if area.kelurahan == "Sukabumi")
    assert (area.rw, area.rt) == (9, 1)
    assert (area.residents, area.accounts, area.told, area.opened, area.without_device) == (6, 2, 1, 0, 1)
    assert area.without_account == 4
    assert shown.total.residents == sum(each.residents for each in shown.areas)


def test_nobody_counts_who_is_unverified_moved_out_or_rejected_and_a_suspended_account_is_none(
    cast: Cast, sukabumi: Rt
) -> None:
    moved, rejected, unverified, suspended = (
        resident(user, sukabumi) for user in (cast.slamet, cast.endang, cast.tuti, cast.komang)
    )
    moved.moved_out_on, rejected.rejected_at, unverified.verified_at = now().date(), now(), None
    suspended.user.active = False
    rain = publish("Sukabumi").id
    tell_all()
    total = reached(rain).total
    assert (total.residents, total.accounts, total.told) == (5, 0, 0)


def test_the_first_and_the_last_are_told_so_many_seconds_after_it_was_published(cast: Cast, sukabumi: Rt) -> None:
    rain = publish("Sukabumi").id
    assert (reached(rain).first, reached(rain).last) == (None, None)
    for user, seconds in ((cast.slamet, 3), (cast.endang, 9)):
        told = found(rain).received_at + timedelta(seconds=seconds)
        key = f"warning:{rain}:{user.id}"
        db.session.add(Notice(key=key, kind="warning", url="/", user_id=user.id, created_at=told))
    db.session.commit()
    assert (reached(rain).first, reached(rain).last) == (3, 9)


def test_a_warning_of_later_is_timed_from_its_onset(cast: Cast, sukabumi: Rt) -> None:
    resident(cast.slamet, sukabumi)
    rain = publish("Sukabumi", received_at=now() - timedelta(hours=2), onset=now() - timedelta(seconds=5)).id
    tell_all()
    first = reached(rain).first
    assert first is not None
    assert 5 <= first < 60


@pytest.mark.both_databases
def test_devices_count_when_the_push_service_has_taken_the_message_or_it_failed(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, sukabumi: Rt
) -> None:
    for user in (cast.slamet, cast.endang):
        resident(user, sukabumi)
    for _ in range(2):
        turn_on(as_user("slamet"))
    rain = publish("Sukabumi").id
    tell_all()
    tick()
    total = reached(rain).total
    assert (total.devices, total.pushed, total.unpushed, total.without_device) == (2, 2, 0, 1)


@pytest.mark.both_databases
def test_who_has_a_device_is_without_push_neither_before_it_is_tried_nor_after_acknowledging(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, sukabumi: Rt
) -> None:
    for user in (cast.slamet, cast.endang):
        resident(user, sukabumi)
    turn_on(as_user("slamet"))
    rain = publish("Sukabumi").id
    tell_all()
    assert reached(rain).total.without_device == 1
    notice = db.session.scalars(select(Notice).where(Notice.user_id == cast.slamet.id)).one()
    as_user("slamet").post(f"/notices/{notice.id}/acknowledgement")
    tick()
    total = reached(rain).total
    assert (total.devices, total.pushed, total.without_device) == (1, 0, 1)


@pytest.mark.parametrize("status", [410, 404])
def test_a_device_that_is_gone_has_failed(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, sukabumi: Rt, status: int
) -> None:
    resident(cast.slamet, sukabumi)
    turn_on(as_user("slamet"))
    service.server.status = status
    rain = publish("Sukabumi").id
    tell_all()
    tick()
    total = reached(rain).total
    assert (total.devices, total.pushed, total.unpushed) == (1, 0, 1)


def test_a_device_that_was_not_reached_in_time_has_failed(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, sukabumi: Rt, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident(cast.slamet, sukabumi)
    turn_on(as_user("slamet"))
    rain = publish("Sukabumi").id
    tell_all()
    monkeypatch.setattr(push, "now", lambda: now() + push.LIVES["warning"])
    tick()
    total = reached(rain).total
    assert (total.devices, total.pushed, total.unpushed) == (1, 0, 1)


def test_a_warning_is_pushed_for_longer_than_an_alarm(
    as_user: AsUser, cast: Cast, turn_on: TurnOn, tick: Tick, service: PushService, sukabumi: Rt
) -> None:
    resident(cast.slamet, sukabumi)
    turn_on(as_user("slamet"))
    rain = publish("Sukabumi").id
    tell_all()
    tick(push.LIFE)
    assert reached(rain).total.pushed == 1


# --- opening ---


@pytest.mark.both_databases
def test_a_page_that_was_shown_or_a_notice_that_was_acknowledged_is_opened_once(
    as_user: AsUser, cast: Cast, sukabumi: Rt
) -> None:
    for user in (cast.slamet, cast.endang, cast.komang):
        resident(user, sukabumi)
    rain = publish("Sukabumi").id
    tell_all()
    page = as_user("slamet").get(f"/warnings/{rain}").text
    assert f'action="/warnings/{rain}/opening"' in page
    assert reached(rain).total.opened == 0  # to be shown a page writes nothing
    for _ in range(2):
        assert as_user("slamet").post(f"/warnings/{rain}/opening").status_code == 204
    notice = db.session.scalars(select(Notice).where(Notice.user_id == cast.endang.id)).one()
    as_user("endang").post(f"/notices/{notice.id}/acknowledgement")
    assert reached(rain).total.opened == 2
    assert "/opening" not in as_user("slamet").get(f"/warnings/{rain}").text


def test_what_meteor_itself_acknowledges_was_not_opened(cast: Cast, sukabumi: Rt) -> None:
    resident(cast.slamet, sukabumi)
    rain = publish("Sukabumi").id
    tell_all()
    publish("Sukabumi", replaces=[found(rain)])
    tell_all()
    assert reached(rain).total.opened == 0


def test_a_reader_who_was_not_told_opens_nothing(as_user: AsUser, app: Flask, cast: Cast, sukabumi: Rt) -> None:
    rain = publish("Sukabumi").id
    tell_all()
    for browser in (as_user("sari"), app.test_client()):
        assert "/opening" not in browser.get(f"/warnings/{rain}").text
    assert as_user("sari").post(f"/warnings/{rain}/opening").status_code == 204
    assert db.session.scalars(select(Notice).where(Notice.opened_at.is_not(None))).all() == []


# --- few residents ---


def test_small_rt_are_one_row_of_their_rw() -> None:
    areas = reach.by_area(rows(("Mayangan", 1, 1, 9), ("Mayangan", 1, 2, 3), ("Mayangan", 1, 3, 4)))
    assert shapes(areas) == [("Mayangan", 1, 1, 9), ("Mayangan", 1, None, 7)]


def test_an_rw_is_one_row_where_its_small_rt_are_too_few_together() -> None:
    areas = reach.by_area(rows(("Mayangan", 1, 1, 9), ("Mayangan", 1, 2, 4), ("Mayangan", 2, 1, 8)))
    assert shapes(areas) == [("Mayangan", 1, None, 13), ("Mayangan", 2, 1, 8)]


def test_small_rw_are_one_row_of_their_kelurahan() -> None:
    areas = reach.by_area(rows(("Mayangan", 1, 1, 8), ("Mayangan", 2, 1, 2), ("Mayangan", 3, 1, 4)))
    assert shapes(areas) == [("Mayangan", 1, 1, 8), ("Mayangan", None, None, 6)]


def test_a_kelurahan_is_one_row_where_its_small_rw_are_too_few_together() -> None:
    areas = reach.by_area(rows(("Mayangan", 1, 1, 8), ("Mayangan", 2, 1, 2), ("Sukabumi", 1, 1, FEWEST)))
    assert shapes(areas) == [("Mayangan", None, None, 10), ("Sukabumi", 1, 1, FEWEST)]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        (
            [("Jati", 1, 1, 40), ("Mayangan", 1, 1, 8), ("Mayangan", 2, 1, 9), ("Sukabumi", 1, 1, 2)],
            [("Jati", 1, 1, 40), ("Mayangan, Sukabumi", None, None, 19)],
        ),
        (
            [("Jati", 1, 1, 3), ("Mayangan", 1, 1, 8), ("Sukabumi", 1, 1, 1)],
            [("Jati, Mayangan, Sukabumi", None, None, 12)],
        ),
        (
            [("Jati", 1, 1, 3), ("Mayangan", 1, 1, 8), ("Sukabumi", 1, 1, 2)],
            [("Jati", None, None, 3), ("Mayangan", 1, 1, 8), ("Sukabumi", None, None, 2)],
        ),
        ([("Sukabumi", 1, 1, 4)], [("Sukabumi", None, None, 4)]),
    ],
)
def test_no_numbers_of_few_residents_follow_from_the_total(
    sizes: list[tuple[str, int, int, int]], shown: list[tuple[str, int, int, int]]
) -> None:
    counted = rows(*sizes)
    areas = reach.by_area(counted)
    assert shapes(areas) == shown
    rest = reach.total(counted).residents - sum(area.residents for area in areas if area.is_shown)
    assert rest == 0 or rest >= FEWEST or reach.total(counted).residents < FEWEST


def test_numbers_of_a_kelurahan_with_too_few_residents_are_not_shown(as_user: AsUser, cast: Cast, sukabumi: Rt) -> None:
    rain = publish("Sukabumi").id
    page = as_user("yusuf").get(f"/warnings/{rain}/reach").text
    assert page.count("Kurang dari 5 warga") == 2  # the area and the total
    assert 'data-label="Warga"' not in page


# --- the page ---


def test_the_page_says_in_words_how_many_meteor_does_not_reach(as_user: AsUser, cast: Cast, sukabumi: Rt) -> None:
    resident(cast.slamet, sukabumi)
    rain = publish("Sukabumi").id
    tell_all()
    page = as_user("komang").get(f"/warnings/{rain}/reach").text
    assert "METEOR tidak menjangkau 4 warga di sini." in page
    assert "Sukabumi · RW 09 · RT 01" in page
    assert "Slamet" not in page


def test_a_warning_of_single_rt_counts_their_residents_alone(cast: Cast, sukabumi: Rt) -> None:
    live(Rt(rw=sukabumi.rw, number=2), 9)
    rain = publish("Sukabumi", touched_rts=[WarnedRt(rt_id=sukabumi.id)]).id
    assert reached(rain).total.residents == 4
    assert reached(publish("Sukabumi").id).total.residents == 13


def test_the_numbers_are_asked_for_only_when_they_have_changed(as_user: AsUser, cast: Cast, sukabumi: Rt) -> None:
    resident(cast.slamet, sukabumi)
    rain = publish("Sukabumi").id
    address, at = f"/warnings/{rain}/reach/numbers", now()
    before = reach.version(rain, at)
    tell_all()
    told = reach.version(rain, at)
    reach.open_page(rain, cast.slamet.id)
    db.session.commit()
    assert len({before, told, reach.version(rain, at), reach.version(rain, at + timedelta(minutes=1))}) == 4
    page = as_user("komang").get(address)
    assert page.status_code == 200
    assert as_user("komang").get(f"{address}?v={version_of(page.text)}").status_code == 204


def test_the_version_on_the_page_tells_no_numbers(as_user: AsUser, cast: Cast, sukabumi: Rt) -> None:
    rain = publish("Sukabumi").id
    tell_all()
    assert re.fullmatch(r"[0-9a-f]{16}", version_of(as_user("yusuf").get(f"/warnings/{rain}/reach/numbers").text))


def test_the_page_is_linked_from_the_warning_for_those_who_may_see_it(
    as_user: AsUser, cast: Cast, sukabumi: Rt
) -> None:
    rain = publish("Sukabumi").id
    link = f'href="/warnings/{rain}/reach"'
    assert [link in as_user(who).get(f"/warnings/{rain}").text for who in ("komang", "bagas", "sari")] == [
        True, True, False,
    ]  # fmt: skip


def test_an_exercise_and_an_all_clear_have_no_reach(as_user: AsUser, cast: Cast, sukabumi: Rt) -> None:
    drill, clear = publish("Sukabumi", status="Exercise").id, cancel(publish("Sukabumi")).id
    for message in (drill, clear):
        assert as_user("komang").get(f"/warnings/{message}/reach").status_code == 404
        assert as_user("komang").get(f"/warnings/{message}/reach/numbers").status_code == 404
