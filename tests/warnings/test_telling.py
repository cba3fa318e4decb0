"""Who is told of a warning, and that it is over: once each, whatever happens meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from meteor.accounts.models import User
from meteor.accounts.sessions import begin_session
from meteor.notices import push
from meteor.notices.models import Notice, PushSubscription
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from meteor.warnings import reading, telling, wishes
from meteor.warnings.models import HazardWarning
from tests.cast import Cast
from tests.warnings.scenes import cancel, publish, settle_in, tell_all, told

pytestmark = pytest.mark.both_databases


def over(message: HazardWarning) -> str:
    return f"warning-over:{message.id}"


def of(message: HazardWarning) -> str:
    return f"warning:{message.id}"


def unread(user: User) -> list[str]:
    """The keys of the notices that the user does not know yet, without the user's id, oldest first."""
    mine = select(Notice.key).where(Notice.user_id == user.id, Notice.acknowledged_at.is_(None))
    return [key.rpartition(":")[0] for key in db.session.scalars(mine.order_by(Notice.id))]


def acknowledge(user: User) -> None:
    """The user acknowledges all own notices; commits."""
    mine = update(Notice).where(Notice.user_id == user.id, Notice.acknowledged_at.is_(None))
    db.session.execute(mine.values(acknowledged_at=now(), acknowledged_by_id=user.id))
    db.session.commit()


# --- who ---


def test_the_verified_residents_of_a_touched_kelurahan_are_told(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Sukabumi")
    rain = publish("Mayangan")
    tell_all()
    assert told(cast.sari) == [of(rain)]
    assert told(cast.slamet) == []  # lives in Sukabumi
    assert told(cast.wahyu) == []  # is not verified
    assert told(cast.komang) == []  # lives nowhere
    assert rain.told_at is not None


def test_a_resident_who_has_moved_out_was_rejected_or_is_suspended_is_not_told(app: Flask, cast: Cast) -> None:
    moved, rejected, suspended = (settle_in(user, "Sukabumi") for user in (cast.slamet, cast.endang, cast.tuti))
    moved.moved_out_on, rejected.rejected_at, suspended.user.active = now().date(), now(), False
    publish("Sukabumi")
    tell_all()
    assert [told(user) for user in (cast.slamet, cast.endang, cast.tuti)] == [[], [], []]


@pytest.mark.parametrize(
    ("wish", "severity", "is_told"),
    [
        (None, "Moderate", False), (None, "Severe", True), ("Moderate", "Moderate", True), ("Moderate", "Minor", False),
        ("Extreme", "Severe", False), ("Extreme", "Extreme", True), ("", "Extreme", False), (None, "Unknown", False),
    ],
)  # fmt: skip
def test_a_wish_says_from_which_severity_on(
    app: Flask, cast: Cast, wish: str | None, severity: str, is_told: bool
) -> None:
    if wish is not None:
        wishes.set_wish(cast.sari, "Severe")
        wishes.set_wish(cast.sari, wish)
    publish("Mayangan", severity=severity)
    tell_all()
    assert bool(told(cast.sari)) is is_told


@pytest.mark.parametrize("status", ["Exercise", "Test", "System"])
def test_an_exercise_or_a_test_reaches_nobody(app: Flask, cast: Cast, status: str) -> None:
    drill = publish("Mayangan", status=status, severity="Extreme")
    tell_all()
    assert told(cast.sari) == []
    assert reading.current(now()) == reading.upcoming(now()) == db.session.scalars(reading.past(now())).all() == []
    assert reading.concerns(cast.sari.id, now()).here == []
    assert reading.find(drill.id) is None
    publish("Mayangan", status=status, replaces=[drill], message_type="Cancel")
    tell_all()
    assert told(cast.sari) == []


def test_a_warning_of_other_places_is_not_walked_through(app: Flask, cast: Cast) -> None:
    publish(severity="Extreme")
    assert telling.due(now()) is None
    assert not telling.tell_next(now())


def test_a_warning_is_told_from_its_onset_on_and_not_after_its_end(app: Flask, cast: Cast) -> None:
    publish("Mayangan", minutes=-1)
    later = publish("Mayangan", onset=now() + timedelta(minutes=30))
    assert telling.due(now()) == later.onset
    tell_all()
    assert told(cast.sari) == []
    later.onset = now()
    tell_all()
    assert told(cast.sari) == [of(later)]
    assert telling.due(now()) is None


def test_an_update_with_a_later_onset_is_told_at_once_as_what_it_replaces_is_over(app: Flask, cast: Cast) -> None:
    first = publish("Mayangan")
    tell_all()
    later = publish("Mayangan", replaces=[first], onset=now() + timedelta(minutes=30))
    assert telling.due(now()) == later.sent
    tell_all()
    assert told(cast.sari) == [of(first), of(later)]


def test_only_extreme_danger_rings(app: Flask, cast: Cast) -> None:
    publish("Mayangan")
    publish("Mayangan", severity="Extreme")
    tell_all()
    kinds = db.session.scalars(select(Notice.kind).where(Notice.user_id == cast.sari.id)).all()
    assert sorted(kinds) == ["warning", "warning_extreme"]


TSUNAMI_OF_OTHERS = {"texts": {"id": {"event": "Peringatan dini tsunami"}}}


@pytest.mark.parametrize("of", [{"parameters": {"hazard": "tsunami"}}, TSUNAMI_OF_OTHERS])
@pytest.mark.parametrize(
    ("severity", "wish", "kinds"),
    [
        ("Severe", "Extreme", ["warning_extreme"]), ("Severe", "", []), ("Moderate", "Moderate", ["warning"]),
        ("Moderate", "Extreme", []),
    ],
)  # fmt: skip
def test_a_tsunami_rings_from_siaga_on_as_people_must_evacuate(
    app: Flask, cast: Cast, of: dict[str, Any], severity: str, wish: str, kinds: list[str]
) -> None:
    wishes.set_wish(cast.sari, wish)
    publish("Mayangan", severity=severity, **of)
    tell_all()
    assert db.session.scalars(select(Notice.kind).where(Notice.user_id == cast.sari.id)).all() == kinds


def test_an_update_of_extreme_danger_does_not_ring_again_for_those_who_know(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Mayangan")
    settle_in(cast.endang, "Sukabumi")
    first = publish("Mayangan", severity="Extreme")
    tell_all()
    acknowledge(cast.sari)
    second = publish("Mayangan", replaces=[first], severity="Extreme")
    tell_all()
    assert told(cast.sari, "warning_extreme") == [of(first)]
    assert told(cast.slamet, "warning_extreme") == [of(first), of(second)]  # has not acknowledged the first
    acknowledge(cast.slamet)
    third = publish("Mayangan", "Sukabumi", replaces=[second], severity="Extreme")
    tell_all()
    assert [told(user, "warning") for user in (cast.sari, cast.slamet)] == [[of(second), of(third)], [of(third)]]
    assert told(cast.endang, "warning_extreme") == [of(third)]  # newly touched


def test_extreme_danger_that_returns_after_it_was_over_rings_again(app: Flask, cast: Cast) -> None:
    first = publish("Mayangan", severity="Extreme")
    tell_all()
    acknowledge(cast.sari)
    second = publish("Sukabumi", replaces=[first], severity="Extreme")
    tell_all()
    third = publish("Mayangan", replaces=[second], severity="Extreme")
    tell_all()
    assert told(cast.sari, "warning_extreme") == [of(first), of(third)]


def test_a_notice_is_in_its_readers_language(app: Flask, cast: Cast) -> None:
    cast.sari.language = "en"
    settle_in(cast.slamet, "Mayangan")
    publish("Mayangan")
    tell_all()
    details = {notice.user_id: notice.detail for notice in db.session.scalars(select(Notice))}
    assert details[cast.sari.id]["what"] == "Heavy rain and strong wind"
    assert details[cast.slamet.id]["what"] == "Hujan lebat dan angin kencang"


# --- what follows ---


def test_an_update_reaches_those_who_were_told_and_those_who_are_newly_touched(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Sukabumi")
    first = publish("Mayangan")
    tell_all()
    weaker = publish("Mayangan", "Sukabumi", replaces=[first], severity="Moderate")
    tell_all()
    assert told(cast.sari) == [of(first), of(weaker)]
    assert told(cast.slamet) == []  # newly touched, and wishes to be told of severe ones
    worse = publish("Mayangan", "Sukabumi", replaces=[weaker], severity="Extreme")
    tell_all()
    assert told(cast.sari) == [of(first), of(weaker), of(worse)]
    assert told(cast.slamet) == [of(worse)]


def test_who_is_touched_no_more_by_an_update_is_told_that_it_is_over_once(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Sukabumi")
    first = publish("Mayangan")
    tell_all()
    second = publish("Sukabumi", replaces=[first])
    tell_all()
    last = cancel(second)
    tell_all()
    assert told(cast.sari) == [of(first), over(second)]
    assert told(cast.slamet) == [of(second), over(last)]


def test_an_update_that_has_left_the_city_tells_that_it_is_over(app: Flask, cast: Cast) -> None:
    first = publish("Mayangan")
    tell_all()
    gone = publish(replaces=[first])
    tell_all()
    assert told(cast.sari) == [of(first), over(gone)]


def test_an_update_that_is_over_before_it_is_told_ends_what_was_told(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Sukabumi")
    first = publish("Mayangan", severity="Extreme")
    tell_all()
    late = publish("Mayangan", "Sukabumi", replaces=[first], minutes=-1)
    assert telling.due(now()) == late.received_at
    tell_all()
    assert told(cast.sari) == [of(first), over(late)]
    assert unread(cast.sari) == [over(late)]
    assert told(cast.slamet) == []
    assert telling.due(now()) is None


def test_a_cancellation_reaches_only_those_who_were_told(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Mayangan")
    wishes.set_wish(cast.slamet, "Extreme")
    first = publish("Mayangan")
    tell_all()
    last = cancel(first)
    tell_all()
    assert told(cast.sari) == [of(first), over(last)]
    assert told(cast.slamet) == []


def test_a_warning_that_was_cancelled_before_it_was_told_tells_nobody(app: Flask, cast: Cast) -> None:
    cancel(publish("Mayangan"))
    tell_all()
    assert told(cast.sari) == []


def test_the_notice_of_a_replaced_or_expired_warning_does_not_stand_any_more(app: Flask, cast: Cast) -> None:
    first = publish("Mayangan")
    tell_all()
    second = publish("Mayangan", replaces=[first])
    tell_all()
    assert unread(cast.sari) == [of(second)]
    telling.settle(second.expires - timedelta(seconds=1))
    assert len(unread(cast.sari)) == 1
    telling.settle(second.expires)
    assert unread(cast.sari) == []


def test_the_notices_of_an_expired_warning_are_ended_some_at_a_time_however_late(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle_in(cast.slamet, "Mayangan")
    first = publish("Mayangan", severity="Extreme")
    tell_all()
    untold = publish("Mayangan", replaces=[first])
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    left = []
    for _ in range(3):
        more = telling.settle(untold.expires + timedelta(days=2))
        left.append((more, sorted(unread(cast.sari) + unread(cast.slamet))))
    assert left == [(True, [of(first)]), (True, []), (False, [])]


def test_a_cancellation_ends_the_notices_of_the_whole_chain(app: Flask, cast: Cast) -> None:
    first = publish("Mayangan", severity="Extreme")
    tell_all()
    untold = publish("Mayangan", replaces=[first])
    last = cancel(untold)
    tell_all()
    assert unread(cast.sari) == [over(last)]


def test_two_messages_that_replace_each_other_do_not_hang_the_telling(app: Flask, cast: Cast) -> None:
    first = publish("Mayangan")
    tell_all()
    last = cancel(first)
    last.ended_at, last.ended_by_id = now(), first.id
    db.session.commit()
    tell_all()
    assert last.told_at is not None
    assert told(cast.sari) == [of(first), over(last)]


# --- once each ---


def test_a_telling_that_is_killed_in_its_midst_goes_on_where_it_was(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    residents = [cast.sari] + [settle_in(user, "Mayangan") and user for user in (cast.endang, cast.tuti, cast.toko)]
    monkeypatch.setattr(telling, "WINDOW", 3)
    monkeypatch.setattr(telling, "within_share", lambda steps: list(steps)[:1])
    rain = publish("Mayangan")
    for killed in (False, True, False, True, True):
        assert telling.tell_next(now())
        db.session.rollback() if killed else db.session.commit()
    assert sum(len(told(user)) for user in residents) < len(residents)
    assert rain.told_at is None
    tell_all()
    tell_all()
    assert [told(user) for user in residents] == [[of(rain)]] * len(residents)


def test_an_update_in_the_midst_of_a_telling_skips_nobody_and_tells_nobody_twice(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle_in(cast.toko, "Mayangan")
    monkeypatch.setattr(telling, "WINDOW", 3)
    monkeypatch.setattr(telling, "within_share", lambda steps: list(steps)[:1])
    first = publish("Mayangan")
    tell_all()
    second = publish("Mayangan", replaces=[first])
    assert telling.tell_next(now())
    db.session.commit()
    assert (told(cast.sari), told(cast.toko)) == ([of(first), of(second)], [of(first)])
    last = cancel(second)
    tell_all()
    assert told(cast.sari) == [of(first), of(second), over(last)]
    assert told(cast.toko) == [of(first), over(last)]


def test_a_message_that_is_told_already_is_not_told_again(app: Flask, cast: Cast) -> None:
    rain = publish("Mayangan")
    tell_all()
    db.session.execute(update(HazardWarning).values(told_at=None, told_up_to=0))
    tell_all()
    assert told(cast.sari) == [of(rain)]


# --- push ---


def test_who_has_turned_push_on_is_pushed_and_nobody_else(app: Flask, cast: Cast) -> None:
    settle_in(cast.slamet, "Mayangan")
    phone, sold = begin_session(cast.sari, "Chrome · Android"), begin_session(cast.sari, "Firefox · Windows")
    sold.ended_at = now()
    keys = {"service": "push.example", "p256dh": "", "auth": "", "device": "", "user_id": cast.sari.id}
    devices = [
        PushSubscription(endpoint=f"https://push.example/{each.id}", session_id=each.id, **keys)
        for each in (phone, sold)
    ]
    db.session.add_all(devices)
    warning = publish("Mayangan", minutes=30)
    tell_all()
    notice = db.session.scalars(select(Notice).where(Notice.user_id == cast.sari.id)).one()
    pushed = db.session.scalars(select(OutboxItem).where(OutboxItem.topic == push.DEVICE)).all()
    said = {"device_id": devices[0].id, "notice_id": notice.id, "until": warning.expires.isoformat()}
    assert [(item.key, item.destination, item.payload) for item in pushed] == [
        (f"push:{notice.id}:{devices[0].id}", "push.example", said)
    ]
    assert notice.devices == 1
    others = db.session.scalars(select(Notice.devices).where(Notice.user_id != cast.sari.id)).all()
    assert others
    assert set(others) == {0}
    assert db.session.scalar(select(func.count()).select_from(User)) > 10
