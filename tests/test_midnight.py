"""No test begins on one day and ends on the next."""

from datetime import date

import pytest
import time_machine

from meteor.store.moments import today
from tests.conftest import one_day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-12-31T16:57:59Z", date(2026, 12, 31)),
        ("2026-12-31T16:59:59Z", date(2027, 1, 1)),
        ("2026-12-31T17:00:00Z", date(2027, 1, 1)),
    ],
)
def test_shortly_before_midnight_the_next_day_has_begun(moment: str, day: date) -> None:
    with time_machine.travel(moment, tick=False), one_day():
        assert today() == day
