"""What follows from an incident's assignments and its plan, as tables: nothing else decides status and shortfall."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from meteor.dispatch.choice import PlanLine
from meteor.dispatch.facts import Assigned, Facts, Progress, State, missing, most_needed, progress, surplus
from meteor.store.moments import now

AT = now()
PATROL, FIRE = PlanLine("patrol", 1), PlanLine("fire", 2)


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


def assigned(status: str, capability: str = "patrol", **given: Any) -> Assigned:
    """An assignment in this status: offered at AT, accepted a minute, there three minutes and ended five later."""
    accepted = status in ("accepted", "en_route", "on_scene", "cleared")
    ended = status in ("expired", "refused", "withdrawn", "cleared")
    times = {
        "offered_at": AT,
        "accepted_at": minutes(1) if accepted else None,
        "on_scene_at": minutes(3) if status in ("on_scene", "cleared") else None,
        "ended_at": minutes(5) if ended else None,
    }
    rest = {"id": 1, "unit_id": 1, "call_sign": "TRAIL-01", "retry_at": None, "ended_by_id": None, "added_by_id": None}
    return Assigned(capability=capability, status=status, **(times | rest | given))  # type: ignore[arg-type]


def facts(*assignments: Assigned, plan: tuple[PlanLine, ...] = (PATROL,), reopened_at: datetime | None = None) -> Facts:
    incident = State(1, "261124-001", 1, 1, None, None, False, [], reopened_at, "open", AT, 0, None, None)
    return Facts(incident, assignments, plan)


GONE_BEFORE_IT_ARRIVED = assigned("cleared", on_scene_at=None)


@pytest.mark.parametrize(
    ("assignments", "status"),
    [
        ([], "open"),
        (["offered"], "open"),
        (["refused", "expired", "withdrawn"], "open"),
        (["accepted"], "dispatched"),
        (["en_route", "offered"], "dispatched"),
        (["on_scene", "en_route"], "on_scene"),
        (["cleared"], "on_scene"),
        (["cleared", "en_route"], "dispatched"),
    ],
)
def test_the_status_is_that_of_the_unit_that_has_got_furthest(assignments: list[str], status: str) -> None:
    assert progress(facts(*map(assigned, assignments))).status == status


def test_a_unit_that_left_before_it_arrived_leaves_the_incident_open() -> None:
    assert progress(facts(GONE_BEFORE_IT_ARRIVED)).status == "open"


def test_a_unit_from_before_the_reopening_counts_for_the_times_only() -> None:
    before = facts(assigned("cleared"), reopened_at=minutes(60))
    assert progress(before) == Progress("reopened", minutes(1), minutes(3))
    assert missing(before) == [PATROL]


def test_the_times_are_those_of_the_first() -> None:
    late = assigned("on_scene", accepted_at=minutes(2), on_scene_at=minutes(9))
    assert progress(facts(late, assigned("on_scene"))) == Progress("on_scene", minutes(1), minutes(3))


@pytest.mark.parametrize(
    ("assignments", "lines"),
    [
        ([], [PATROL, FIRE]),
        ([assigned("offered")], [FIRE]),
        ([assigned("on_scene"), assigned("accepted", "fire")], [PlanLine("fire", 1)]),
        ([assigned("cleared"), assigned("en_route", "fire"), assigned("offered", "fire")], []),
        ([assigned("refused"), assigned("expired", "fire"), GONE_BEFORE_IT_ARRIVED], [PATROL, FIRE]),
    ],
)
def test_a_line_is_covered_by_who_is_asked_goes_or_has_been_there(
    assignments: list[Assigned], lines: list[PlanLine]
) -> None:
    assert missing(facts(*assignments, plan=(PATROL, FIRE))) == lines


def test_who_is_only_asked_covers_nothing_for_whom_somebody_must_have_accepted() -> None:
    assert missing(facts(assigned("offered")), accepted_only=True) == [PATROL]


@pytest.mark.parametrize(
    ("assignments", "back"),
    [
        ([assigned("offered")], 0),
        ([assigned("accepted"), assigned("offered")], 1),
        ([assigned("cleared"), assigned("offered"), assigned("offered")], 2),
        ([assigned("accepted"), assigned("offered", added_by_id=7)], 0),
        ([assigned("offered", "medical")], 1),
        ([assigned("accepted", "medical")], 0),
    ],
)
def test_an_offer_that_no_line_waits_for_goes_back_unless_a_person_made_it(
    assignments: list[Assigned], back: int
) -> None:
    assert len(surplus(facts(*assignments))) == back


@pytest.mark.parametrize(
    ("able", "covers"),
    [(["medical", "fire"], "fire"), (["patrol", "medical"], "patrol"), (["medical"], "medical"), ([], "")],
)
def test_an_added_unit_covers_what_is_missing_else_what_is_planned_else_what_it_can(
    able: list[str], covers: str
) -> None:
    assert most_needed(facts(assigned("accepted"), plan=(PATROL, FIRE)), able) == covers
