"""Calls from numbers on the list of pranks, and incidents that were closed as pranks."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from meteor.calls.models import CallerFlag
from meteor.store.database import db
from tests.cast import Cast
from tests.statistics.closed_incidents import MARCH, closed
from tests.statistics.test_load import alert, call, rows

LISTED, OTHER = "+6281234500009", "+6281234500010"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def flag(**values: Any) -> None:
    """A flag of LISTED for the thirty days from March 10th on."""
    given = {"phone": LISTED, "kind": "call_back_first", "reason": "", "set_at": MARCH, "until": MARCH + 30 * DAY}
    db.session.add(CallerFlag(**given | values))
    db.session.flush()


@pytest.fixture(autouse=True)
def in_indonesian(app: Flask) -> Any:
    with app.test_request_context():
        yield


@pytest.mark.both_databases
def test_calls_from_listed_numbers_stand_beside_incidents_closed_as_pranks(cast: Cast) -> None:
    flag()
    incident = closed()
    sent = uuid4()
    alert(incident, id=sent)
    for kind in ("prank", "prank", "normal", "test"):
        call(3, kind, MARCH + DAY, phone=LISTED)
    call(None, at=MARCH + DAY, status="blocked", phone=LISTED)
    call(3, "normal", MARCH + DAY, phone=LISTED, alert_id=sent)
    call(3, "prank", MARCH + DAY, phone=OTHER)
    call(3, "prank", MARCH + DAY)
    closed("other", "prank"), closed("other", "prank", drill=True)
    closed("other", "prank", merged_into_id=incident.id)
    assert rows("pranks")["Mar 2026"] == [5, 1, 2, 1, 1]
    assert rows("pranks")["Apr 2026"] == [0] * 5
    assert rows("pranks")["Feb 2026"] == [None] * 5


@pytest.mark.both_databases
def test_a_number_counts_only_while_it_is_on_the_list(cast: Cast) -> None:
    flag(until=MARCH + 3 * DAY)
    flag(set_at=MARCH + 5 * DAY, lifted_at=MARCH + 6 * DAY)
    for days in (-1, 1, 4, 7):
        call(3, "prank", MARCH + days * DAY, phone=LISTED)
    assert rows("pranks")["Mar 2026"][0] == 1


def test_the_prank_that_puts_a_number_on_the_list_is_none_of_a_listed_number(cast: Cast) -> None:
    flag(set_at=MARCH + MINUTE)
    call(3, "prank", MARCH, phone=LISTED)
    assert rows("pranks")["Mar 2026"][0] == 0


def test_two_flags_of_a_number_do_not_count_a_call_twice(cast: Cast) -> None:
    flag(), flag(kind="blocked")
    call(None, at=MARCH + DAY, status="blocked", phone=LISTED)
    assert rows("pranks")["Mar 2026"] == [1, 1, 0, 0, None]
