"""The console's lists, the caller, and the answering figures."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from meteor.calls import caller_flags, classifying, drafts, holding, rules, sending, waiting
from meteor.calls.caller import caller
from meteor.calls.figures import figures, percentile, total
from meteor.calls.waiting import console
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import SRI, enough, prank, rings, taken, typed
from tests.cast import Cast
from tests.scenes import report

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # WIB


def test_who_has_waited_longest_is_first(cast: Cast) -> None:
    late, early = rings(at=now() - timedelta(seconds=5)), rings(at=now() - timedelta(seconds=25))
    assert [call.id for call in console(cast.maya, now()).ringing] == [early.id, late.id]


def test_everybody_sees_who_has_which_call(cast: Cast) -> None:
    call = taken(cast)
    for who in (cast.maya, cast.komang):
        assert [each.taken_by.name for each in console(who, now()).taken] == ["Maya Operator"]
        assert console(who, now()).ringing == []
    assert console(cast.maya, now()).taken[0].id == call.id


def test_missed_calls_are_listed_until_somebody_calls_back(cast: Cast) -> None:
    call = rings()
    rules.exchange_event(call, "abandoned", now())
    assert [each.id for each in console(cast.maya, now()).missed] == [call.id]
    rules.call_back(call, now(), cast.maya)
    assert console(cast.maya, now()).missed == []


def test_what_one_has_not_finished_is_ones_own(cast: Cast) -> None:
    call = taken(cast)
    typed(cast, call, note="api")
    rules.exchange_event(call, "ended", now())
    assert [each.id for each in console(cast.maya, now()).unfinished] == [call.id]
    assert console(cast.komang, now()).unfinished == []
    classifying.classify(call, "dropped", "", now(), cast.maya)
    assert console(cast.maya, now()).unfinished == []


def test_the_version_changes_with_whatever_is_shown_and_with_nothing_else(cast: Cast) -> None:
    def version() -> str:
        return waiting.version(cast.maya.id, now())

    seen = [version()]
    call = rings()
    seen.append(version())
    holding.take_call(call, now(), cast.komang)
    seen.append(version())
    holding.offer_to(call, cast.maya, now(), cast.komang)
    seen.append(version())
    caller_flags.block(SRI, 7, "iseng", now(), cast.hadi)
    seen.append(version())
    rules.hang_up(call, now(), cast.komang)
    seen.append(version())
    assert all(one != other for one, other in pairwise(seen))
    drafts.save_draft(call, {"note": "api"}, 0, now(), cast.komang)
    assert version() == seen[-1]


def test_a_number_brings_along_its_calls_its_incidents_and_its_pranks(cast: Cast) -> None:
    prank(cast)
    before = taken(cast)
    typed(cast, before, **enough(cast))
    sending.open_incident(before, now(), cast.maya)
    found = caller(SRI, rings(), now())
    assert (found.calls, found.pranks, len(found.earlier)) == (2, 1, 2)
    assert before.alert is not None
    assert [each.id for each in found.open] == [before.alert.incident_id]


def test_the_number_of_a_resident_brings_along_the_home_and_what_is_open_there(cast: Cast) -> None:
    pressed = report(cast)
    found = caller(cast.sari.phone, rings(cast.sari.phone), now())
    assert found.name == "Sari Wulandari"
    assert found.resident is not None
    assert found.resident.household.address == "Jl. Ikan Paus 3"
    assert [each.id for each in found.open] == [pressed.id]
    assert found.of_home == []


def test_alerts_of_somebody_else_at_the_callers_home_are_shown(cast: Cast) -> None:
    pressed = report(cast)
    home = caller(cast.sari.phone, rings(), now()).resident
    karto = caller(cast.karto.phone, rings(), now()).resident
    assert home is not None
    assert karto is not None
    karto.household_id = home.household_id
    db.session.commit()
    found = caller(cast.karto.phone, rings(), now())
    assert found.open == []
    assert [each.id for each in found.of_home] == [pressed.id]


def test_a_number_that_nobody_knows_brings_along_nothing(cast: Cast) -> None:
    found = caller("+6281999999999", rings(), now())
    assert (found.resident, found.name, found.calls, list(found.open), found.flag) == (None, "", 0, [], None)


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert [percentile([9, 1, 5, 3], each) for each in (50, 75, 90, 100)] == [3, 5, 9, 9]
    assert percentile([], 50) is None


def test_the_figures_say_how_many_were_answered_within_10_15_and_20_seconds(cast: Cast) -> None:
    for seconds in (5, 10, 12, 18, 40):
        call = rings(at=NOON)
        holding.take_call(call, NOON + timedelta(seconds=seconds), cast.maya)
        rules.exchange_event(call, "answered", NOON + timedelta(seconds=seconds))
    missed = rings(at=NOON)
    rules.exchange_event(missed, "abandoned", NOON + timedelta(seconds=30))
    total = figures(NOON, NOON + timedelta(hours=1)).total
    assert (total.rang, total.answered, total.abandoned, total.within) == (6, 5, 1, (2, 3, 4))
    assert total.seconds == (12, 40, 40, 40)
    assert [total.percent(step) for step in range(3)] == [33, 50, 66]


def test_the_figures_are_by_hour_in_the_citys_time_by_class_and_by_call_taker(cast: Cast) -> None:
    for hour, who, as_ in ((0, "maya", "normal"), (1, "maya", "ghost"), (1, "komang", "ghost")):
        at = NOON + timedelta(hours=hour)
        call = rings(at=at)
        holding.take_call(call, at, getattr(cast, who))
        classifying.classify(call, as_, "", at, getattr(cast, who))
    rings(at=NOON)
    found = figures(NOON, NOON + timedelta(hours=2))
    assert [(each.name, each.rang) for each in found.by_hour] == [(12, 2), (13, 2)]
    assert [(each.name, each.rang) for each in found.by_class] == [("normal", 1), ("ghost", 2), ("", 1)]
    assert [(each.name, each.answered) for each in found.by_taker] == [("Komang Dispatcher", 1), ("Maya Operator", 2)]


def test_two_call_takers_of_one_name_stay_two(cast: Cast) -> None:
    cast.komang.name = cast.maya.name
    for who in (cast.maya, cast.komang, cast.komang):
        holding.take_call(rings(at=NOON), NOON, who)
    found = figures(NOON, NOON + timedelta(hours=1))
    assert [(each.name, each.rang) for each in found.by_taker] == [("Maya Operator", 1), ("Maya Operator", 2)]


def test_a_blocked_call_counts_only_as_blocked_and_one_written_by_hand_apart(cast: Cast) -> None:
    caller_flags.block(SRI, 7, "iseng", NOON, cast.hadi)
    rings(at=NOON)
    classifying.classify(rules.by_hand("", NOON, cast.maya), "information", "", NOON, cast.maya)
    found = figures(NOON, NOON + timedelta(hours=1))
    assert (found.blocked, found.total.rang, found.total.by_hand) == (1, 0, 1)
    assert [(each.name, each.rang, each.by_hand) for each in found.by_class] == [("information", 0, 1)]
    assert found.total.percent(0) is None


def test_a_test_of_the_line_counts_only_as_test_as_in_the_load_of_months(cast: Cast) -> None:
    rings(at=NOON)
    classifying.classify(taken(cast), "test", "", now(), cast.maya)
    classifying.classify(rules.by_hand("", NOON, cast.maya), "test", "", NOON, cast.maya)
    found = figures(NOON, now() + timedelta(hours=1))
    assert (found.tests, found.blocked, found.total.rang, found.total.by_hand) == (2, 0, 1, 0)
    assert [each.name for each in (*found.by_class, *found.by_taker)] == [""]
    assert sum(each.rang for each in found.by_hour) == 1
    assert total(NOON, now() + timedelta(hours=1)) == found.total


def test_what_nobody_answered_is_a_class_of_its_own_until_somebody_calls_back(cast: Cast) -> None:
    call = rings(at=NOON)
    rules.exchange_event(call, "abandoned", NOON + timedelta(seconds=30))
    assert [each.name for each in figures(NOON, NOON + timedelta(hours=1)).by_class] == ["abandoned"]
    rules.call_back(call, NOON + timedelta(minutes=2), cast.maya)
    classifying.classify(call, "normal", "", NOON + timedelta(minutes=3), cast.maya)
    found = figures(NOON, NOON + timedelta(hours=1))
    assert [(each.name, each.abandoned, each.answered) for each in found.by_class] == [("normal", 1, 0)]
    assert found.by_taker == []
