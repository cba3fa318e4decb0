"""Which threads answer what, as the views say."""

from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask

from meteor.web.poll_queue import PollTurns
from meteor.web.pools import FOLLOWING, GENERAL, PASSWORDS, POLL_THREADS, POLLS, URGENT, pool_chooser


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("method", "target", "pool"),
    [
        ("POST", "/alerts", URGENT),
        ("POST", "/sas/alarms", URGENT),
        ("GET", "/incidents/rows?v=12", POLLS),
        ("GET", f"/alerts/{UUID(int=7)}/status", FOLLOWING),
        ("GET", f"/alerts/{UUID(int=7)}", POLLS),
        ("GET", "/board/viewers?v=7", POLLS),
        ("POST", "/unit/position", URGENT),
        ("POST", "/api/v1/calls", URGENT),
        ("GET", "/sign-in", GENERAL),
        ("POST", "/sign-in", PASSWORDS),
        ("POST", "/sign%2Din?next=/", PASSWORDS),
        ("POST", "http://meteor/sign-in", PASSWORDS),
        ("POST", "/sign-up", PASSWORDS),
        ("POST", "/claims/123456", PASSWORDS),
        ("POST", "/account/pin", PASSWORDS),
        ("GET", "/no-such-page", GENERAL),
        ("BREW", "/alerts", GENERAL),
        ("GET", "http://[", GENERAL),
        ("", "", GENERAL),
    ],
)  # fmt: skip
def test_a_request_is_answered_by_the_threads_that_its_view_names(
    app: Flask, method: str, target: str, pool: str
) -> None:
    assert pool_chooser(app)(method.encode(), target.encode()) == pool


def test_polls_wait_a_second_for_a_press_and_have_a_quarter_of_one_in_turn_with_it_however_many_follow() -> None:
    turns = PollTurns()
    assert turns.threads(7.0, urgent=False) == POLL_THREADS
    moments = [7.0 + hundredths / 100 for hundredths in range(1, 400)]
    may = [moment for moment in moments if turns.threads(moment, urgent=True)]
    assert (may[0], may[-1]) == (8.01, 10.77)
    pauses = [(before, after) for before, after in pairwise(may) if after - before > 0.5]
    assert pauses == [(8.25, 9.27), (9.51, 10.53)]
    assert turns.threads(11.0, urgent=False) == POLL_THREADS


def test_after_a_while_without_presses_a_press_goes_first_again() -> None:
    turns = PollTurns()
    for moment in (100.0, 200.0):
        assert turns.threads(moment, urgent=False) == POLL_THREADS
        assert turns.threads(moment + 0.5, urgent=True) == 0
