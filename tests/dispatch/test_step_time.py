"""The time of a step: the tap where it is plausible, else the receipt."""

from datetime import timedelta

import pytest

from meteor.dispatch.step_time import StepTime, step_time
from meteor.store.moments import now

RECEIVED = now()


def ago(**length: float) -> StepTime:
    """The time of a step that was tapped so long ago, on an assignment that was offered an hour ago."""
    return step_time(RECEIVED - timedelta(**length), RECEIVED, RECEIVED - timedelta(hours=1))


def test_a_step_without_a_tap_counts_from_its_receipt() -> None:
    assert step_time(None, RECEIVED) == StepTime(RECEIVED, RECEIVED)


def test_the_tap_counts_where_it_is_plausible() -> None:
    assert ago(minutes=20).at == RECEIVED - timedelta(minutes=20)


def test_a_tap_a_little_ahead_counts_as_the_receipt_without_a_doubt() -> None:
    assert ago(minutes=-5) == StepTime(RECEIVED, RECEIVED)


@pytest.mark.parametrize("length", [{"minutes": -5, "seconds": -1}, {"hours": 1, "seconds": 10}])
def test_a_tap_in_the_future_or_before_the_previous_step_is_doubted(length: dict[str, float]) -> None:
    assert ago(**length) == StepTime(RECEIVED, RECEIVED, RECEIVED - timedelta(**length))


def test_a_tap_just_before_the_previous_step_counts_as_that_step() -> None:
    """The second of two steps that waited is dated back from a later receipt."""
    earliest = RECEIVED - timedelta(hours=1)
    assert ago(hours=1, seconds=9) == StepTime(earliest, RECEIVED)


def test_a_tap_of_another_shift_is_doubted() -> None:
    oldest = RECEIVED - timedelta(hours=12)
    assert step_time(oldest, RECEIVED).at == oldest
    earlier = oldest - timedelta(seconds=1)
    assert step_time(earlier, RECEIVED) == StepTime(RECEIVED, RECEIVED, earlier)


def test_the_timeline_keeps_the_receipt_of_what_was_reported_later() -> None:
    assert ago(seconds=29).detail == {}
    assert ago(seconds=30).detail == {"received_at": RECEIVED.isoformat()}


def test_the_timeline_keeps_a_tap_that_is_doubted() -> None:
    tapped = RECEIVED - timedelta(hours=2)
    assert ago(hours=2).detail == {"received_at": RECEIVED.isoformat(), "refused_tap": tapped.isoformat()}
