"""Who is told of a message to an RT, once each, and that an alarm is over."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.broadcasts import rules, telling
from meteor.broadcasts.models import RtMessage
from meteor.notices import labels, push, push_message, unread
from meteor.notices.devices import Addressed, Keys
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.test_receive import press
from tests.broadcasts.scenes import lives, ringing, sent, tell_all, told, with_push
from tests.cast import Cast

pytestmark = pytest.mark.both_databases


def on_phone(user: User, notice_id: int) -> push_message.Message:
    """What the user's phone shows of a notice."""
    keys = Keys("https://push.example/1", "", "")
    device = Addressed("push.example", keys, user.id, user.language, user.role_names)
    message = push_message.message_for(device, db.session.get_one(Notice, notice_id))
    assert message is not None
    return message


def test_the_verified_residents_of_the_rt_are_told_once_and_nobody_else(app: Flask, cast: Cast) -> None:
    lives(cast.agus, 4)
    lives(cast.maya, 3)
    message = sent("alarm", cast.endang)
    tell_all()
    tell_all()
    assert (told(cast.sari), told(cast.maya)) == (["rt_alarm"], ["rt_alarm"])
    assert told(cast.agus) == []  # lives in RT 04
    assert told(cast.karto) == []  # is not verified
    assert told(cast.slamet) == []  # leads RT 04
    assert message.told_at is not None


def test_the_author_who_lives_there_is_not_told(app: Flask, cast: Cast) -> None:
    lives(cast.endang, 3)
    sent("alarm", cast.endang)
    tell_all()
    assert told(cast.endang) == []


def test_who_has_moved_out_was_rejected_or_is_suspended_is_not_told(app: Flask, cast: Cast) -> None:
    lives(cast.agus, 3, moved_out_on=now().date())
    lives(cast.bayu, 3, rejected_at=now())
    lives(cast.dewi, 3).user.active = False
    sent("alarm", cast.endang)
    tell_all()
    assert [told(user) for user in (cast.agus, cast.bayu, cast.dewi)] == [[], [], []]


def test_alarms_ring_and_notices_are_quiet() -> None:
    assert "rt_alarm" in labels.SENTENCES
    assert {"rt_notice", "rt_alarm_over"} <= labels.QUIET.keys()


@pytest.mark.parametrize(("kind", "hours"), [("notice", 23), ("alarm", 1.9)])
def test_a_phone_that_was_off_for_hours_is_still_told(app: Flask, cast: Cast, kind: str, hours: float) -> None:
    sent(kind, cast.endang, hours=72)
    tell_all()
    (notice,) = unread.unacknowledged(cast.sari)
    with_push(cast.sari)
    push.spread({"notice_id": notice.id}, notice.created_at + timedelta(hours=hours))
    db.session.refresh(notice)
    assert (notice.devices, notice.unpushed) == (1, 0)


def test_staff_who_live_there_are_told_on_the_phone_and_not_on_the_screen_at_work(app: Flask, cast: Cast) -> None:
    lives(cast.maya, 3)
    sent("notice", cast.endang)
    sent("alarm", cast.endang)
    tell_all()
    assert (unread.unacknowledged(cast.maya), unread.how_many(cast.maya)) == ([], 0)
    assert unread.unacknowledged(cast.maya, quiet=True) == []
    assert [each.kind for each in unread.unacknowledged(cast.sari)] == ["rt_alarm", "rt_notice"]
    mine = db.session.scalars(select(Notice.id).where(Notice.user_id == cast.maya.id).order_by(Notice.id)).all()
    assert all("RT 03" in on_phone(cast.maya, notice_id).sentence for notice_id in mine)
    assert told(cast.maya) == ["rt_alarm", "rt_notice"]


def test_who_mutes_notices_is_told_of_alarms_alone(app: Flask, cast: Cast) -> None:
    rules.set_muted(cast.sari, muted=True)
    rules.set_muted(cast.sari, muted=True)
    sent("notice", cast.endang)
    sent("alarm", cast.endang)
    tell_all()
    assert told(cast.sari) == ["rt_alarm"]
    rules.set_muted(cast.sari, muted=False)
    sent("notice", cast.endang)
    tell_all()
    assert told(cast.sari) == ["rt_alarm", "rt_notice"]


def test_a_telling_that_was_killed_goes_on_where_it_stood(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [cast.agus, cast.bayu, cast.dewi]
    for user in people:
        lives(user, 3)
    message = sent("alarm", cast.endang)
    statement = telling._residents.with_only_columns(telling.User.id).order_by(telling.User.id).limit(2).subquery()
    monkeypatch.setattr(telling, "_LAST", select(telling.func.max(statement.c.id)))
    assert telling.tell_next(now())
    db.session.commit()
    assert message.told_up_to == cast.agus.id
    assert (message.told_at, told(cast.bayu)) == (None, [])
    tell_all()
    assert [told(user) for user in (cast.sari, *people)] == [["rt_alarm"]] * 4


def test_an_alarm_is_told_before_the_notices_that_wait(app: Flask, cast: Cast) -> None:
    lives(cast.agus, 4)
    sent("notice", cast.endang)
    sent("alarm", cast.slamet, rt=4)
    telling.tell_next(now())
    assert (told(cast.agus), told(cast.sari)) == (["rt_alarm"], [])


def test_the_all_clear_stops_the_ringing_and_is_told_to_those_who_were_told(app: Flask, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    tell_all()
    lives(cast.agus, 3)  # after the alarm
    rules.end(message, "Aman kembali", now(), cast.endang)
    db.session.commit()
    assert ringing(cast.sari) == []
    tell_all()
    tell_all()
    assert told(cast.sari) == ["rt_alarm", "rt_alarm_over"]
    assert told(cast.agus) == []
    over = db.session.scalars(select(Notice).where(Notice.kind == "rt_alarm_over")).one()
    assert "Aman kembali" in labels.sentence(over.kind, over.detail)


def test_an_alarm_that_ended_before_it_was_told_tells_nobody(app: Flask, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    rules.end(message, "", now(), cast.endang)
    tell_all()
    assert told(cast.sari) == []
    assert message.told_at is not None


def test_the_end_of_a_notice_is_told_to_nobody(app: Flask, cast: Cast) -> None:
    message = sent("notice", cast.endang)
    tell_all()
    rules.end(message, "", now(), cast.endang)
    tell_all()
    assert (told(cast.sari), ringing(cast.sari)) == (["rt_notice"], [])


def test_an_expired_alarm_rings_no_more(app: Flask, cast: Cast) -> None:
    sent("alarm", cast.endang)
    tell_all()
    assert not telling.settle(now())
    assert ringing(cast.sari) == ["rt_alarm"]
    assert telling.settle(now() + timedelta(hours=3))
    assert not telling.settle(now() + timedelta(hours=3))
    assert ringing(cast.sari) == []


def test_that_an_alarm_is_over_is_unread_for_a_day_at_most(app: Flask, cast: Cast) -> None:
    message = sent("alarm", cast.endang)
    tell_all()
    rules.end(message, "", now(), cast.endang)
    tell_all()
    assert not telling.settle(now() + timedelta(hours=23))
    assert ringing(cast.sari) == ["rt_alarm_over"]
    assert telling.settle(now() + timedelta(hours=25))
    assert not telling.settle(now() + timedelta(hours=25))
    assert ringing(cast.sari) == []


def test_dispatchers_have_a_quiet_notice_of_an_alarm_that_leads_to_all_of_them(app: Flask, cast: Cast) -> None:
    sent("notice", cast.endang)
    message = sent("alarm", cast.endang)
    (notice,) = unread.unacknowledged(cast.komang)
    assert (notice.kind, notice.url) == ("rt_alarm_to_check", "/rt-messages/alarms")
    assert notice.kind in labels.QUIET
    sentence = labels.sentence(notice.kind, notice.detail)
    assert "RT 03 RW 05 Mayangan" in sentence
    assert "Kebakaran di gudang" in sentence
    rules.end(message, "", now(), cast.endang)
    assert unread.unacknowledged(cast.komang) == []


def test_a_message_is_due_when_it_is_sent_and_when_it_ends(app: Flask, cast: Cast) -> None:
    assert telling.due(now()) is None
    message = sent("alarm", cast.endang)
    assert telling.due(now()) == message.sent_at
    tell_all()
    assert telling.due(now()) is None
    rules.end(message, "", now(), cast.endang)
    db.session.commit()
    assert telling.due(now()) == message.ended_at


def test_the_phone_of_a_user_with_an_open_silent_alert_does_not_ring(app: Flask, cast: Cast) -> None:
    sent("alarm", cast.endang)
    tell_all()
    notice = unread.unacknowledged(cast.sari)[0]
    assert not on_phone(cast.sari, notice.id).quiet
    press(cast, silent=True)
    shown = on_phone(cast.sari, notice.id)
    assert shown.quiet
    assert "Alarm RT 03" in shown.sentence
    incident = db.session.scalars(select(Alert)).one().incident
    incident.status = "closed"
    db.session.commit()
    assert not on_phone(cast.sari, notice.id).quiet


def test_a_quiet_notice_reaches_a_user_with_an_open_silent_alert(app: Flask, cast: Cast) -> None:
    press(cast, silent=True)
    sent("notice", cast.endang)
    tell_all()
    message = on_phone(cast.sari, unread.unacknowledged(cast.sari, quiet=True)[0].id)
    assert message.quiet


def test_old_messages_are_deleted_after_a_year(app: Flask, cast: Cast) -> None:
    old, new = sent("notice", cast.endang), sent("notice", cast.endang)
    db.session.execute(update(RtMessage).where(RtMessage.id == old.id).values(sent_at=now() - timedelta(days=366)))
    assert not rules.forget(now())
    db.session.commit()
    assert list(db.session.scalars(select(RtMessage.id))) == [new.id]
