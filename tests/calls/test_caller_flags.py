"""Classification of calls, pranks, and flags of callers' numbers."""

from datetime import timedelta

import pytest

from meteor.calls import caller_flags, classifying, drafts, holding, rules, sending
from meteor.calls.models import CallerFlag
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import trail
from tests.calls.switchboard import SRI, enough, prank, rings, taken, typed
from tests.cast import Cast


def flag() -> CallerFlag | None:
    return caller_flags.active([SRI], now()).get(SRI)


@pytest.mark.parametrize("as_", ["information", "ghost", "dropped", "test", "normal"])
def test_a_call_is_recorded_as_what_it_was_and_is_over(cast: Cast, as_: str) -> None:
    call = taken(cast)
    classifying.classify(call, as_, "", now(), cast.maya)
    assert (call.classified_as, call.status) == (as_, "ended")
    assert call.ended_at is not None
    assert call.answered_at == call.taken_at


def test_a_prank_needs_a_reason(cast: Cast) -> None:
    call = taken(cast)
    for reason in ("", "  "):
        with pytest.raises(classifying.NoReason):
            classifying.classify(call, "prank", reason, now(), cast.maya)
    classifying.classify(call, "prank", "anak kecil tertawa", now(), cast.maya)
    assert (call.classified_as, call.reason) == ("prank", "anak kecil tertawa")


def test_another_class_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="boring"):
        classifying.classify(taken(cast), "boring", "", now(), cast.maya)


def test_only_who_has_the_call_says_what_it_was(cast: Cast) -> None:
    with pytest.raises(holding.CallTaken):
        classifying.classify(taken(cast), "ghost", "", now(), cast.komang)


def test_what_was_said_once_stays_except_that_normal_may_turn_out_otherwise(cast: Cast) -> None:
    call = taken(cast)
    classifying.classify(call, "normal", "", now(), cast.maya)
    classifying.classify(call, "prank", "tidak ada apa-apa", now(), cast.maya)
    with pytest.raises(classifying.Classified) as refused:
        classifying.classify(call, "ghost", "", now(), cast.maya)
    assert refused.value.as_ == "prank"


def test_a_call_that_help_is_sent_to_was_no_prank(cast: Cast) -> None:
    for days_ago in (2, 1):
        prank(cast, days_ago=days_ago)
    call = taken(cast)
    typed(cast, call, **enough(cast))
    classifying.classify(call, "prank", "salah pencet", now(), cast.maya)
    assert flag() is not None
    sending.open_incident(call, now(), cast.maya)
    assert (call.classified_as, call.reason, caller_flags.pranks(SRI, now()), flag()) == ("normal", "", 2, None)
    (entry,) = trail("call_reclassified")
    assert (entry.actor_name, entry.detail["before"]["class"]) == ("Maya Operator", "prank")


def test_the_supervisor_corrects_what_a_call_was_and_its_numbers_pranks_are_counted_anew(cast: Cast) -> None:
    first, second = prank(cast, days_ago=2), prank(cast, days_ago=1)
    third = taken(cast)
    classifying.classify(third, "ghost", "", now(), cast.maya)
    classifying.reclassify(third, "prank", "terdengar tertawa", now(), cast.hadi)
    assert flag() is not None
    classifying.reclassify(third, "dropped", "rekaman: sambungan putus", now(), cast.hadi)
    assert (third.classified_as, third.reason, flag()) == ("dropped", "rekaman: sambungan putus", None)
    assert {first.classified_as, second.classified_as} == {"prank"}
    assert [entry.actor_name for entry in trail("call_reclassified")] == ["Hadi Pawas"] * 2


def test_a_number_that_was_marked_by_somebody_stays_marked(cast: Cast) -> None:
    call = prank(cast)
    caller_flags.block(SRI, 5, "200 panggilan", now(), cast.hadi)
    classifying.reclassify(call, "ghost", "anak kecil", now(), cast.hadi)
    after = flag()
    assert after is not None
    assert after.kind == "blocked"


def test_nothing_is_corrected_without_a_reason_or_before_it_was_said(cast: Cast) -> None:
    with pytest.raises(classifying.NoReason):
        classifying.reclassify(prank(cast), "ghost", " ", now(), cast.hadi)
    with pytest.raises(classifying.NoSuchClass):
        classifying.reclassify(taken(cast), "ghost", "sunyi", now(), cast.hadi)


def test_two_pranks_mark_no_number(cast: Cast) -> None:
    prank(cast)
    prank(cast)
    assert flag() is None


def test_the_third_prank_in_30_days_puts_the_number_on_the_list_for_30_days(cast: Cast) -> None:
    for days_ago in (29, 10, 0):
        prank(cast, days_ago=days_ago)
    found = flag()
    assert found is not None
    assert found.kind == "call_back_first"
    assert timedelta(days=29) < found.until - now() <= timedelta(days=30)


def test_pranks_of_more_than_30_days_ago_are_forgiven(cast: Cast) -> None:
    for days_ago in (31, 10, 0):
        prank(cast, days_ago=days_ago)
    assert flag() is None


@pytest.mark.both_databases
def test_one_more_prank_begins_the_30_days_anew_and_is_no_second_mark(cast: Cast) -> None:
    for days_ago in (20, 19, 18, 0):
        prank(cast, days_ago=days_ago)
    assert db.session.query(CallerFlag).count() == 1
    found = flag()
    assert found is not None
    assert found.until > now() + timedelta(days=29)


def test_a_marked_number_still_rings(cast: Cast) -> None:
    for _ in range(3):
        prank(cast)
    assert rings().status == "ringing"


def test_a_prank_from_a_number_that_was_typed_counts_too(cast: Cast) -> None:
    call = rules.by_hand("", now(), cast.maya)
    drafts.save_draft(call, {"phone": "081234567890"}, 0, now(), cast.maya)
    classifying.classify(call, "prank", "tertawa", now(), cast.maya)
    assert caller_flags.pranks(SRI, now()) == 1


def test_the_supervisor_blocks_a_number_for_a_time_and_it_rings_nowhere(cast: Cast) -> None:
    caller_flags.block(SRI, 7, "200 panggilan semalam", now(), cast.hadi)
    call = rings()
    assert (call.status, call.taken_by_id) == ("blocked", None)
    with pytest.raises(holding.CallTaken):
        holding.take_call(call, now(), cast.maya)
    assert trail("number_blocked")[0].detail["phone"] == SRI


def test_a_block_ends_by_itself(cast: Cast) -> None:
    caller_flags.block(SRI, 7, "iseng", now() - timedelta(days=8), cast.hadi)
    assert rings().status == "ringing"


def test_the_supervisor_lifts_a_mark_once_and_the_list_keeps_it(cast: Cast) -> None:
    found = caller_flags.block(SRI, 7, "iseng", now(), cast.hadi)
    caller_flags.lift(found, now(), cast.hadi)
    assert rings().status == "ringing"
    assert (found.lifted_by_id, found.kind) == (cast.hadi.id, "blocked")
    with pytest.raises(caller_flags.AlreadyLifted):
        caller_flags.lift(found, now(), cast.hadi)
    assert len(trail("caller_flag_lifted")) == 1


def test_a_new_block_replaces_the_one_that_stands(cast: Cast) -> None:
    caller_flags.block(SRI, 30, "iseng", now(), cast.hadi)
    caller_flags.block(SRI, 1, "sudah minta maaf", now(), cast.hadi)
    found = flag()
    assert found is not None
    assert (found.reason, found.until < now() + timedelta(days=2)) == ("sudah minta maaf", True)


@pytest.mark.parametrize(("days", "reason"), [(7, " "), (0, "iseng"), (91, "iseng"), (-3, "iseng")])
def test_a_block_needs_a_reason_and_an_end(cast: Cast, days: int, reason: str) -> None:
    with pytest.raises(ValueError, match=f"{days}"):
        caller_flags.block(SRI, days, reason, now(), cast.hadi)
    assert flag() is None


@pytest.mark.both_databases
def test_a_block_counts_before_call_back_first(cast: Cast) -> None:
    caller_flags.block(SRI, 7, "iseng", now(), cast.hadi)
    for _ in range(3):
        db.session.add(CallerFlag(phone=SRI, kind="call_back_first", reason="", until=now() + timedelta(days=60)))
    found = flag()
    assert found is not None
    assert found.kind == "blocked"
