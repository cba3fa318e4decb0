"""Renderings that are kept: how long, and what a failure leaves."""

import pytest

from meteor.web.renderings import Renderings


def fails() -> str:
    raise ZeroDivisionError


def test_the_rendering_that_was_asked_for_longest_ago_goes() -> None:
    renderings = Renderings(2)
    for key in "aba":
        renderings.get(key, 1, lambda: "")
    renderings.get("c", 1, lambda: "")
    assert [renderings.known(key, 1) for key in "abc"] == ["", None, ""]


def test_a_rendering_stays_while_the_next_version_is_rendered() -> None:
    renderings = Renderings()
    renderings.get("a", 1, lambda: "old")
    assert renderings.get("a", 2, lambda: f"not {renderings.known('a', 1)}") == "not old"
    assert [renderings.known("a", version) for version in (1, 2)] == [None, "not old"]


def test_a_failure_leaves_nothing_behind_and_the_kept_version_there() -> None:
    renderings = Renderings()
    with pytest.raises(ZeroDivisionError):
        renderings.get("b", 1, fails)
    assert all(not kept for kept in vars(renderings).values() if isinstance(kept, dict))
    renderings.get("a", 1, lambda: "old")
    with pytest.raises(ZeroDivisionError):
        renderings.get("a", 2, fails)
    assert renderings.get("a", 1, fails) == "old"
