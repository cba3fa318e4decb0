"""Addresses: what is none is a 404, before a view or the database has it."""

import re
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound


def test_a_number_that_no_row_can_have_is_no_address(app: Flask) -> None:
    routes = app.url_map.bind("")
    numbered = [rule for rule in app.url_map.iter_rules() if "<int" in rule.rule]
    assert len(numbered) > 100
    for rule in numbered:
        (method, *_) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert routes.match(address(rule.rule, 2**31 - 1), method)[0] == rule.endpoint
        with pytest.raises((NotFound, MethodNotAllowed)):
            routes.match(address(rule.rule, 2**31), method)


def address(rule: str, number: int) -> str:
    """An address of this rule, in which every number is the same."""
    for part, value in (("int", number), ("uuid", UUID(int=0)), (r"any\((\w+)[^)]*\)", r"\1"), (r"\w+", "x")):
        rule = re.sub(rf"<{part}:\w+>", str(value), rule)
    return re.sub(r"<\w+>", "x", rule)
