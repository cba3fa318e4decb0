"""What the reporter says after the press."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from meteor.agencies import rules as agencies
from meteor.alerts import cancelling, followup, merging, positions, separating
from meteor.alerts.models import Alert, AlertFix, Cancellation
from meteor.alerts.rules import Receipt
from meteor.dispatch import override
from meteor.dispatch import rules as dispatch
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.incidents import timeline
from meteor.incidents.places import Place
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.presses import event_types, press, the_incident
from tests.cast import HOME, Cast
from tests.scenes import open_assignment


@pytest.fixture(autouse=True)
def agus_is_on_duty(cast: Cast) -> None:
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    db.session.commit()


def forced(*receipts: Receipt) -> list[bool]:
    """Whether each incident is marked as cancelled with a wrong PIN."""
    db.session.expire_all()
    return ["forced" in the_incident(each).flags for each in receipts]


def test_a_kind_chosen_afterwards_brings_what_it_needs(cast: Cast) -> None:
    agencies.start_duty(cast.dewi, cast.unit("DAMKAR-01"), now())
    receipt = press(cast)
    followup.choose_kind(db.session.get_one(Alert, receipt.id), "fire", now(), cast.sari)
    offered = {row.unit.call_sign for row in db.session.scalars(select(Assignment))}
    assert offered == {"TRAIL-01", "DAMKAR-01"}
    assert the_incident(receipt).type.code == "fire"


def test_a_kind_chosen_afterwards_gives_way_to_what_the_dispatcher_has_said(cast: Cast) -> None:
    receipt = press(cast)
    known = cast.incident_type("medical")
    override.retype(
        the_incident(receipt), incidents.TypeRow.of(known), 1,
        "Ia menelepon: ada yang sesak napas", now(), cast.komang,
    )  # fmt: skip
    followup.choose_kind(db.session.get_one(Alert, receipt.id), "fire", now(), cast.sari)
    assert the_incident(receipt).type.code == "medical"
    assert "kind_said" in event_types(receipt)


def test_a_kind_may_be_chosen_twice_by_who_raised_it(cast: Cast) -> None:
    receipt = press(cast)
    for kind in ("fire", "medical"):
        followup.choose_kind(db.session.get_one(Alert, receipt.id), kind, now(), cast.sari)
    assert the_incident(receipt).type.code == "medical"


def test_a_kind_is_not_changed_once_the_incident_is_closed(cast: Cast) -> None:
    receipt = press(cast)
    incidents.close(the_incident(receipt), "helped", "", now(), cast.agus)
    with pytest.raises(incidents.AlreadyClosed):
        followup.choose_kind(db.session.get_one(Alert, receipt.id), "fire", now(), cast.sari)


def test_a_better_fix_moves_the_incident_and_both_places_stay_known(cast: Cast) -> None:
    receipt = press(cast, accuracy=800.0)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -7.7340, 113.2170, 8.0, now())
    incident = the_incident(receipt)
    assert (incident.latitude, incident.accuracy) == (-7.7340, 8.0)
    assert "moved" in event_types(receipt)
    assert db.session.get_one(Alert, receipt.id).latitude == HOME[0]
    assert db.session.scalar(select(func.count()).select_from(AlertFix)) == 1


def test_a_worse_fix_is_kept_and_moves_nothing(cast: Cast) -> None:
    receipt = press(cast, accuracy=8.0)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -7.7340, 113.2170, 900.0, now())
    assert the_incident(receipt).accuracy == 8.0


def test_a_fix_that_only_knows_the_region_does_not_move_the_incident_from_the_home(cast: Cast) -> None:
    receipt = press(cast, latitude=None, longitude=None, accuracy=None)
    followup.add_fix(db.session.get_one(Alert, receipt.id), -6.2, 106.8, 25_000.0, now())
    assert (the_incident(receipt).latitude, the_incident(receipt).place_source) == (HOME[0], "home")


def test_a_reporter_who_flees_leaves_the_incident_where_it_was_raised(cast: Cast) -> None:
    receipt = press(cast, accuracy=8.0)
    alert = db.session.get_one(Alert, receipt.id)
    for step in range(1, 4):
        followup.add_fix(alert, HOME[0] - step * 0.0004, HOME[1], 5.0, now())
    incident = the_incident(receipt)
    assert (incident.latitude, incident.accuracy) == (HOME[0], 8.0)
    assert "moved" not in event_types(receipt)
    (where,) = positions.of_incident(incident)
    assert (where.name, where.accuracy) == ("Sari Wulandari", 5.0)
    assert where.away == pytest.approx(133, abs=2)


@pytest.mark.parametrize(
    ("given", "minutes", "moves"),
    [
        ({"latitude": None, "longitude": None, "accuracy": None}, 1, True),  # at the registered home
        ({"latitude": None, "longitude": None, "accuracy": None}, 3, False),  # by now the phone may be anywhere
        ({"latitude": -6.2, "longitude": 106.8, "accuracy": 25_000.0}, 1, True),  # only the region was known
        ({"accuracy": 900.0}, 1, True),  # within the radius, and more exact
        ({"accuracy": 900.0}, 3, False),
        ({"accuracy": 300.0}, 1, False),  # outside of the radius: the phone has moved
    ],
)
def test_a_first_fix_says_where_the_press_was_made(
    cast: Cast, given: dict[str, Any], minutes: int, moves: bool
) -> None:
    receipt = press(cast, **given)
    alert = db.session.get_one(Alert, receipt.id)
    before = the_incident(receipt).latitude
    followup.add_fix(alert, HOME[0] - 0.0045, HOME[1], 8.0, alert.received_at + timedelta(minutes=minutes))
    assert the_incident(receipt).latitude == (HOME[0] - 0.0045 if moves else before)


def test_an_incident_without_a_place_takes_a_fix_at_any_time(cast: Cast) -> None:
    receipt = press(cast, "komang", latitude=None, longitude=None, accuracy=None)
    followup.add_fix(db.session.get_one(Alert, receipt.id), *HOME, 8.0, now() + timedelta(hours=1))
    assert the_incident(receipt).latitude == HOME[0]


def test_a_second_press_from_elsewhere_leaves_the_incident_and_shows_where_it_was_made(cast: Cast) -> None:
    receipt = press(cast)
    assert press(cast, latitude=-7.7440).number == receipt.number
    incident = the_incident(receipt)
    assert incident.latitude == HOME[0]
    (where,) = positions.of_incident(incident)
    assert where.latitude == -7.7440


def test_the_caller_and_who_is_where_the_incident_is_have_no_other_position(cast: Cast) -> None:
    assert positions.of_incident(the_incident(press(cast))) == []
    assert positions.of_incident(the_incident(press(cast, "wahyu", source="call"))) == []


def test_once_the_incident_is_closed_nobody_is_shown_where_its_reporter_is(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    followup.add_fix(alert, -7.7440, HOME[1], 8.0, now())
    assert positions.of_alert(alert) is not None
    dispatch.close(the_incident(receipt), "helped", "", now(), cast.agus)
    assert positions.of_incident(the_incident(receipt)) == ()
    assert positions.of_alert(alert) is None


# --- I need help here ---


def ringing(kind: str) -> list[Notice]:
    told = select(Notice).where(Notice.kind == kind, Notice.acknowledged_at.is_(None)).order_by(Notice.id)
    return list(db.session.scalars(told))


def test_help_is_sent_to_where_the_reporter_says_that_they_need_it(cast: Cast) -> None:
    receipt = press(cast)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    alert = db.session.get_one(Alert, receipt.id)
    assert followup.need_help_here(alert, Place(-7.7440, 113.2170, 9.0, "device"), now(), cast.sari)
    incident = the_incident(receipt)
    assert (incident.latitude, incident.accuracy, incident.place_source) == (-7.7440, 9.0, "device")
    assert event_types(receipt)[-2:] == ["needs_help_here", "moved"]
    assert [(it.user_id, it.role) for it in ringing("needs_help_here")] == [
        (cast.agus.id, None), (None, "dispatcher")
    ]  # fmt: skip


def test_words_alone_move_nothing_and_are_told(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    assert not followup.need_help_here(alert, Place(source="call", words="rumah Bu Yati"), now(), cast.sari)
    assert the_incident(receipt).latitude == HOME[0]
    assert timeline.of_incident(alert.incident_id)[-1].detail["note"] == "rumah Bu Yati"
    assert ringing("needs_help_here")


def test_what_somebody_else_raised_does_not_move_for_one_of_its_reporters(cast: Cast) -> None:
    receipt = press(cast)
    mine = db.session.get_one(Alert, press(cast, "wahyu").id)
    mine.incident_id = the_incident(receipt).id
    db.session.flush()
    db.session.refresh(mine)
    assert not followup.need_help_here(mine, Place(-7.7440, 113.2170, 9.0, "device"), now(), cast.wahyu)
    assert the_incident(receipt).latitude == HOME[0]
    assert ringing("needs_help_here")
    (where,) = positions.of_incident(the_incident(receipt))
    assert (where.name, where.latitude, where.accuracy) == (cast.wahyu.name, -7.7440, 9.0)


def test_while_others_need_help_in_it_an_incident_does_not_move_for_who_raised_it(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    others = db.session.get_one(Alert, press(cast, "wahyu").id)
    others.incident_id = alert.incident_id
    here = Place(-7.7440, 113.2170, 9.0, "device")
    assert not followup.need_help_here(alert, here, now(), cast.sari)
    assert the_incident(receipt).latitude == HOME[0]
    assert [(it.name, it.latitude) for it in positions.of_incident(the_incident(receipt))] == [
        (cast.sari.name, -7.7440)
    ]  # fmt: skip
    cancelling.cancel(others, "safe", now(), cast.wahyu, forced=True)
    assert not followup.need_help_here(alert, here, now(), cast.sari)
    cancelling.cancel(others, "safe", now(), cast.wahyu)
    assert followup.need_help_here(alert, here, now(), cast.sari)


@pytest.mark.both_databases
def test_a_reader_is_rung_once_until_they_know_and_then_a_minute_later(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    here, at = Place(-7.7440, 113.2170, 9.0, "device"), now()
    for _ in range(3):
        followup.need_help_here(alert, here, at, cast.sari)
    (notice,) = ringing("needs_help_here")
    assert notices.acknowledge(notice.id, cast.komang, at)
    followup.need_help_here(alert, here, at + timedelta(seconds=59), cast.sari)
    assert not ringing("needs_help_here")
    followup.need_help_here(alert, here, at + timedelta(seconds=61), cast.sari)
    assert len(ringing("needs_help_here")) == 1


def test_closing_ends_what_rings(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    followup.need_help_here(alert, Place(), now(), cast.sari)
    dispatch.close(the_incident(receipt), "helped", "", now(), cast.agus)
    assert not ringing("needs_help_here")
    with pytest.raises(incidents.AlreadyClosed):
        followup.need_help_here(alert, Place(), now(), cast.sari)


def test_safe_now_stands_on_the_timeline_and_leaves_the_incident_open(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    cancelling.cancel(alert, "safe", now(), cast.sari)
    assert cancelling.cancellation(alert) == "safe"
    assert the_incident(receipt).status == "open"


def test_a_press_after_safe_now_is_a_new_cry_and_rings_crew_and_dispatcher(cast: Cast) -> None:
    receipt = press(cast)
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    first = db.session.get_one(Alert, receipt.id)
    cancelling.cancel(first, "safe", now(), cast.sari)
    assert the_incident(receipt).cancelled == "safe"
    second = db.session.get_one(Alert, press(cast).id)
    db.session.expire_all()
    assert second.incident_id == first.incident_id
    assert (cancelling.cancellation(first), cancelling.cancellation(second)) == (None, None)
    assert the_incident(receipt).cancelled == ""
    assert [(it.user_id, it.role) for it in ringing("called_after_all")] == [(cast.agus.id, None), (None, "dispatcher")]
    cancelling.cancel(first, "mistake", now(), cast.sari)
    assert (cancelling.cancellation(first), cancelling.cancellation(second)) == ("mistake", "mistake")
    assert the_incident(receipt).cancelled == "mistake"


def test_presses_in_a_row_ring_each_reader_once(cast: Cast) -> None:
    for _ in range(4):
        press(cast)
    assert len(ringing("called_again")) == 1


def test_whoever_knows_is_rung_at_once_by_a_press_after_a_cancellation(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    press(cast)
    assert notices.acknowledge(ringing("called_again")[0].id, cast.komang, now())
    press(cast)
    assert not ringing("called_again"), "known a moment ago"
    cancelling.cancel(alert, "safe", now(), cast.sari)
    press(cast)
    assert len(ringing("called_after_all")) == 1


def test_a_call_after_all_rings_no_more_once_it_is_taken_back_and_anew_with_the_next(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    cancelling.cancel(alert, "safe", now(), cast.sari)
    press(cast)
    cancelling.cancel(alert, "safe", now(), cast.sari, forced=True)
    assert len(ringing("called_after_all")) == 1, "not by a wrong PIN"
    cancelling.cancel(alert, "safe", now(), cast.sari)
    assert not ringing("called_after_all")
    press(cast)
    assert len(ringing("called_after_all")) == 1


def test_after_a_cancellation_help_is_needed_where_the_next_press_is_made(cast: Cast) -> None:
    receipt = press(cast)
    cancelling.cancel(db.session.get_one(Alert, receipt.id), "safe", now(), cast.sari)
    press(cast, latitude=-7.7440)
    assert the_incident(receipt).latitude == -7.7440


def test_one_of_two_reporters_who_is_safe_cancels_nothing_for_the_other(cast: Cast) -> None:
    main, same = press(cast, kind="fire"), press(cast, "wahyu", kind="fire")
    cancelling.cancel(db.session.get_one(Alert, same.id), "safe", now(), cast.wahyu)
    made = merging.merge(the_incident(same), the_incident(main), now(), cast.komang)
    db.session.expire_all()
    assert the_incident(main).cancelled == ""
    cancelling.cancel(db.session.get_one(Alert, main.id), "safe", now(), cast.sari)
    assert the_incident(main).cancelled == "safe"
    merging.undo(made, now(), cast.komang)
    db.session.expire_all()
    assert (the_incident(main).cancelled, the_incident(same).cancelled) == ("safe", "safe")


def test_a_cancellation_with_a_wrong_pin_is_no_mark_for_those_who_come(cast: Cast) -> None:
    receipt = press(cast)
    cancelling.cancel(db.session.get_one(Alert, receipt.id), "safe", now(), cast.sari, forced=True)
    assert the_incident(receipt).cancelled == ""


@pytest.mark.both_databases
def test_a_wrong_pin_alarms_the_dispatcher(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    cancelling.cancel(alert, "safe", now(), cast.sari, forced=True)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.role) == ("forced", "dispatcher")


def test_a_wrong_pin_marks_the_incident_of_its_alert_also_while_it_is_merged(cast: Cast) -> None:
    main, same = press(cast, kind="fire"), press(cast, "wahyu", kind="fire")
    cancelling.cancel(db.session.get_one(Alert, same.id), "mistake", now(), cast.wahyu, forced=True)
    made = merging.merge(the_incident(same), the_incident(main), now(), cast.komang)
    assert forced(main, same) == [True, True]
    merging.undo(made, now(), cast.komang)
    assert forced(main, same) == [False, True]


def test_a_wrong_pin_that_comes_while_merged_marks_the_part_that_goes_back(cast: Cast) -> None:
    main, same = press(cast, kind="fire"), press(cast, "wahyu", kind="fire")
    made = merging.merge(the_incident(same), the_incident(main), now(), cast.komang)
    cancelling.cancel(db.session.get_one(Alert, same.id), "mistake", now(), cast.wahyu, forced=True)
    assert forced(main) == [True]
    merging.undo(made, now(), cast.komang)
    assert forced(main, same) == [False, True]


def test_an_alert_that_is_split_off_takes_the_mark_of_its_wrong_pin_along(cast: Cast) -> None:
    receipt, second = press(cast, kind="fire"), press(cast, "wahyu", kind="fire")
    merging.merge(the_incident(second), the_incident(receipt), now(), cast.komang)
    alert = db.session.get_one(Alert, second.id)
    cancelling.cancel(alert, "mistake", now(), cast.wahyu, forced=True)
    fire = incidents.type_for("fire")
    split = separating.separate(alert, fire, Place(*HOME, 10.0, "call"), now(), cast.maya)
    assert ("forced" in split.flags, forced(receipt)) == (True, [False])


def test_a_cancellation_that_is_not_forced_alarms_nobody(cast: Cast) -> None:
    cancelling.cancel(db.session.get_one(Alert, press(cast).id), "mistake", now(), cast.sari)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_cancellation_has_one_of_two_reasons(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    with pytest.raises(ValueError, match="bored"):
        cancelling.cancel(alert, "bored", now(), cast.sari)


@pytest.mark.both_databases
def test_a_cancellation_that_is_said_again_is_kept_once(cast: Cast) -> None:
    alert = db.session.get_one(Alert, press(cast).id)
    for reason in ("safe", "safe", "mistake", "mistake"):
        cancelling.cancel(alert, reason, now(), cast.sari)
    assert db.session.scalars(select(Cancellation.reason).order_by(Cancellation.id)).all() == ["safe", "mistake"]
    press(cast)
    cancelling.cancel(alert, "mistake", now(), cast.sari)
    assert db.session.scalar(select(func.count()).select_from(Cancellation)) == 3


def test_a_cancellation_counts_where_a_merge_has_just_brought_its_alert(cast: Cast) -> None:
    main, same = press(cast, kind="fire"), press(cast, "wahyu", kind="fire")
    alert = db.session.get_one(Alert, same.id)
    into = the_incident(main).id
    apart = {"synchronize_session": False}  # as if another worker merged
    db.session.execute(update(Alert).where(Alert.id == same.id).values(incident_id=into), execution_options=apart)
    assert alert.incident_id != into
    cancelling.cancel(alert, "safe", now(), cast.wahyu)
    assert cancelling.cancellation(alert) == "safe"
    assert event_types(main)[-1] == "cancelled"


def test_help_is_rated_only_once_it_is_over(cast: Cast) -> None:
    receipt = press(cast)
    alert = db.session.get_one(Alert, receipt.id)
    with pytest.raises(ValueError, match="5"):
        followup.rate(alert, 5, "cepat", now())
    incidents.close(the_incident(receipt), "helped", "", now(), cast.agus)
    followup.rate(alert, 5, "cepat", now())
