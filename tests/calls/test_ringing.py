"""A call rings, is taken by one, stalls, is handed over, is given up, is called back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from meteor.calls import drafts, figures, holding, rules, waiting
from meteor.calls.models import Call
from meteor.clients.models import ApiClient
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import SRI, exchange, rings, taken
from tests.cast import Cast
from tests.scenes import at_once


def test_an_announced_call_rings_with_the_number_as_it_came_and_as_it_is_kept(cast: Cast) -> None:
    call = rings("0812-3456-7890")
    assert (call.status, call.caller, call.phone) == ("ringing", "0812-3456-7890", SRI)


def test_a_withheld_number_rings_too(cast: Cast) -> None:
    call = rings("anonymous")
    assert (call.status, call.phone) == ("ringing", None)


def test_a_reference_that_an_exchange_uses_anew_loses_no_call(cast: Cast) -> None:
    first = rings(reference="17")
    first.announced_at -= timedelta(days=2)
    assert rings(reference="17").id == first.id  # it still rings
    rules.exchange_event(first, "ended", now())
    again = rings(reference="17")
    assert again.id != first.id
    assert (again.status, first.reference) == ("ringing", None)


@pytest.mark.both_databases
def test_the_same_reference_again_is_the_same_call(cast: Cast) -> None:
    assert rings(reference="17").id == rings(reference="17").id
    assert db.session.query(Call).count() == 1


def test_two_exchanges_may_use_the_same_reference(cast: Cast) -> None:
    first = rings(reference="17")
    other = ApiClient(name="Indosat")
    db.session.add(other)
    db.session.flush()
    second = rules.announce(rules.Announcement("17", "0811", now()), other, now())
    assert second.id != first.id


def test_who_takes_a_call_has_it_but_has_not_answered_it_yet(cast: Cast) -> None:
    call = taken(cast)
    assert (call.status, call.taken_by.name, call.answered_at) == ("taken", "Maya Operator", None)


def test_who_comes_second_is_told_who_has_the_call(cast: Cast) -> None:
    call = taken(cast)
    with pytest.raises(holding.CallTaken) as refused:
        holding.take_call(call, now(), cast.komang)
    assert (refused.value.by, refused.value.status) == ("Maya Operator", "taken")


def test_taking_a_call_twice_is_taking_it_once(cast: Cast) -> None:
    call = taken(cast)
    holding.take_call(call, now(), cast.maya)
    assert call.taken_by_id == cast.maya.id


@pytest.mark.both_databases
def test_of_two_who_take_a_call_at_once_one_wins_and_the_other_reads_who(app: Flask, cast: Cast) -> None:
    for _ in range(10):
        call_id = rings().id

        def take(who: str, call_id: object = call_id) -> str:
            call = db.session.get_one(Call, call_id)
            try:
                holding.take_call(call, now(), getattr(cast, who))
            except holding.CallTaken as lost:
                return lost.by
            finally:
                db.session.commit()
            return ""

        said = at_once(app, lambda: take("maya"), lambda: take("komang"))
        winner = db.session.get_one(Call, call_id).taken_by
        assert sorted(said) == sorted(["", winner.name])


def test_a_claim_that_is_not_answered_rings_again_after_45_seconds(cast: Cast) -> None:
    call = taken(cast)
    holding.release_stalled(now() + timedelta(seconds=44))
    db.session.refresh(call)
    assert call.status == "taken"
    holding.release_stalled(now() + timedelta(seconds=46))
    db.session.refresh(call)
    assert (call.status, call.taken_by_id) == ("ringing", None)


def test_a_claim_whose_call_was_answered_does_not_stall(cast: Cast) -> None:
    call = taken(cast)
    rules.exchange_event(call, "answered", now(), "103")
    holding.release_stalled(now() + timedelta(minutes=5))
    db.session.refresh(call)
    assert (call.status, call.extension) == ("taken", "103")


def test_a_claim_whose_taker_types_does_not_stall(cast: Cast) -> None:
    call = taken(cast)
    drafts.save_draft(call, {"note": "api"}, 0, now(), cast.maya)
    holding.release_stalled(now() + timedelta(minutes=5))
    db.session.refresh(call)
    assert call.status == "taken"
    assert call.answered_at == call.taken_at


def test_a_call_that_rings_for_ten_minutes_is_missed(cast: Cast) -> None:
    call = rings()
    holding.release_stalled(now() + timedelta(minutes=9))
    db.session.refresh(call)
    assert call.status == "ringing"
    holding.release_stalled(now() + timedelta(minutes=11))
    db.session.refresh(call)
    assert call.status == "abandoned"


def test_an_answered_call_whose_end_was_never_told_is_missed_after_an_hour(cast: Cast) -> None:
    began = now()
    call = announced(began, began)
    rules.exchange_event(call, "answered", began, "203")
    holding.release_stalled(began + timedelta(minutes=59))
    db.session.refresh(call)
    assert call.status == "ringing"
    holding.release_stalled(began + timedelta(minutes=61))
    db.session.refresh(call)
    assert (call.status, call.duration) == ("ended", None)
    later = waiting.console(cast.maya, began + timedelta(minutes=61))
    assert (later.ringing, [each.id for each in later.missed]) == ([], [call.id])


def test_a_call_that_was_just_answered_by_a_slow_clock_goes_on(cast: Cast) -> None:
    call = announced(now() - timedelta(hours=3), now())
    rules.exchange_event(call, "answered", now() - timedelta(hours=3), "203")
    holding.release_stalled(now())
    db.session.refresh(call)
    assert call.status == "ringing"


def test_a_call_is_handed_to_a_colleague_who_takes_it_over(cast: Cast) -> None:
    call = taken(cast)
    holding.offer_to(call, cast.komang, now(), cast.maya)
    assert call.taken_by_id == cast.maya.id
    notice = db.session.query(Notice).filter_by(kind="call_offered").one()
    assert (notice.user_id, notice.url) == (cast.komang.id, f"/calls/{call.id}")
    holding.take_call(call, now(), cast.komang)
    assert (call.taken_by_id, call.offered_to_id) == (cast.komang.id, None)


def test_who_is_not_asked_cannot_take_a_call_over(cast: Cast) -> None:
    call = taken(cast)
    holding.offer_to(call, cast.komang, now(), cast.maya)
    with pytest.raises(holding.CallTaken):
        holding.take_call(call, now(), cast.hadi)


def test_only_who_has_a_call_hands_it_over_and_the_supervisor(cast: Cast) -> None:
    call = taken(cast)
    with pytest.raises(holding.CallTaken):
        holding.offer_to(call, cast.komang, now(), cast.komang)
    holding.offer_to(call, cast.komang, now(), cast.hadi)
    assert call.offered_to_id == cast.komang.id


def test_an_offer_is_taken_back(cast: Cast) -> None:
    call = taken(cast)
    holding.offer_to(call, cast.komang, now(), cast.maya)
    holding.offer_to(call, None, now(), cast.maya)
    with pytest.raises(holding.CallTaken):
        holding.take_call(call, now(), cast.komang)


def test_only_who_takes_calls_is_asked_to_take_one_over(cast: Cast) -> None:
    assert [user.username for user in holding.colleagues(cast.maya)] == ["hadi", "komang"]


def test_a_caller_who_hangs_up_before_the_answer_is_missed_even_when_somebody_had_taken_the_call(cast: Cast) -> None:
    for call in (rings(), taken(cast)):
        rules.exchange_event(call, "ended", now())
        assert (call.status, call.taken_by_id) == ("abandoned", None)
    rules.exchange_event(call, "answered", now())
    assert call.answered_at is None


def test_a_call_that_ends_after_its_answer_has_ended_once(cast: Cast) -> None:
    call = taken(cast)
    rules.exchange_event(call, "answered", now())
    first = now()
    for event in ("ended", "abandoned", "ended"):
        rules.exchange_event(call, event, first)
        first += timedelta(seconds=5)
    assert (call.status, call.taken_by_id) == ("ended", cast.maya.id)
    assert call.ended_at == first - timedelta(seconds=15)


def test_another_word_of_the_exchange_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="exploded"):
        rules.exchange_event(rings(), "exploded", now())


def test_a_missed_call_is_called_back_by_one(cast: Cast) -> None:
    call = rings()
    rules.exchange_event(call, "abandoned", now())
    rules.call_back(call, now(), cast.maya)
    assert (call.status, call.taken_by_id) == ("taken", cast.maya.id)
    with pytest.raises(holding.CallTaken) as refused:
        rules.call_back(call, now(), cast.komang)
    assert refused.value.by == "Maya Operator"


def test_a_call_that_is_called_back_neither_stalls_nor_counts_as_answered(cast: Cast) -> None:
    call = rings()
    rules.exchange_event(call, "abandoned", now())
    rules.call_back(call, now(), cast.maya)
    drafts.save_draft(call, {"note": "tidak diangkat"}, 0, now(), cast.maya)
    holding.release_stalled(now() + timedelta(minutes=30))
    db.session.refresh(call)
    assert (call.status, call.answered_at) == ("taken", None)


def test_a_call_that_nobody_announced_is_written_down_by_hand(cast: Cast) -> None:
    call = rules.by_hand("0812-3456-7890", now(), cast.maya)
    assert (call.status, call.phone, call.taken_by_id) == ("taken", SRI, cast.maya.id)
    rules.hang_up(call, now(), cast.maya)
    assert call.status == "ended"


@pytest.mark.parametrize("slow", [timedelta(minutes=11), timedelta(days=2000)])
def test_a_call_of_an_exchange_whose_clock_is_wrong_rings_as_long_as_any_other(cast: Cast, slow: timedelta) -> None:
    began = now()
    call = announced(began - slow, began)
    holding.release_stalled(began + timedelta(minutes=9))
    assert [each.id for each in waiting.console(cast.maya, began).ringing] == [call.id]
    assert began - call.waits_since == timedelta(seconds=60)
    holding.release_stalled(began + timedelta(minutes=11))
    assert [each.id for each in waiting.console(cast.maya, began + timedelta(hours=23)).missed] == [call.id]
    assert waiting.console(cast.maya, began + timedelta(hours=25)).missed == []


@pytest.mark.parametrize(("off", "told"), [(-61, 1), (-59, 0), (59, 0), (61, 1)])
def test_administrators_are_told_once_a_day_of_an_exchange_whose_clock_is_wrong(
    cast: Cast, off: int, told: int
) -> None:
    at = now()
    for _ in range(2):
        call = announced(at + timedelta(seconds=off), at)
        assert call.received_at == at + timedelta(seconds=min(off, 0))
    notices = db.session.query(Notice).filter_by(kind="exchange_clock", role="admin").all()
    assert len(notices) == told
    if told:
        said = sentence("exchange_clock", notices[0].detail)
        assert ("Telkom" in said, "61" in said, notices[0].url) == (True, True, f"/admin/clients/{exchange().id}")


def test_a_caller_has_not_waited_longer_for_a_slow_clock_in_the_figures_either(cast: Cast) -> None:
    at = now()
    call = announced(at - timedelta(minutes=11), at)
    holding.take_call(call, at + timedelta(seconds=4), cast.maya)
    holding.hold(call, at + timedelta(seconds=4), cast.maya)
    db.session.commit()
    assert figures.figures(at - timedelta(minutes=20), at).total.seconds[0] == 64


def announced(received_at: datetime, at: datetime) -> Call:
    """A call that rings at `at`, by the exchange's clock at `received_at`."""
    call = rules.announce(rules.Announcement(str(uuid4()), "0811", received_at), exchange(), at)
    db.session.commit()
    return call
