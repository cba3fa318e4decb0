"""Workers share the connections that come."""

from collections.abc import Iterator

import pytest

from meteor.web.shares import AT_ONCE, PATIENCE, Share


@pytest.fixture
def shares() -> Iterator[tuple[Share, Share]]:
    one, two = Share(1), Share(2)
    yield one, two
    one.withdraw()
    two.withdraw()


def test_whoever_has_fewer_connections_accepts_the_next(shares: tuple[Share, Share]) -> None:
    one, two = shares
    one.publish(3)
    two.publish(2)
    assert (one.leaves_to_others(), two.leaves_to_others()) == (True, False)


def test_of_two_with_as_many_each_may_accept(shares: tuple[Share, Share]) -> None:
    for share in shares:
        share.publish(3)
    assert [share.leaves_to_others() for share in shares] == [False, False]


def test_a_connection_that_nobody_else_accepts_is_not_left_for_long(shares: tuple[Share, Share]) -> None:
    one, two = shares
    one.publish(3)
    two.publish(0)
    for _ in range(2):
        assert [one.leaves_to_others() for _ in range(PATIENCE + AT_ONCE)] == [True] * PATIENCE + [False] * AT_ONCE


def test_nothing_is_left_to_a_worker_that_is_gone(shares: tuple[Share, Share]) -> None:
    one, two = shares
    one.publish(3)
    two.publish(0)
    two.withdraw()
    assert not one.leaves_to_others()
