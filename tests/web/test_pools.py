"""Which threads answer what, as the views say."""

from uuid import UUID

import pytest
from flask import Flask

from meteor.web.pools import FOLLOWING, GENERAL, PASSWORDS, POLLS, URGENT, pool_chooser


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("method", "target", "pool"),
    [
        ("POST", "/alerts", URGENT),
        ("POST", "/sas/alarms", URGENT),
        ("GET", "/incidents/rows?v=12", POLLS),
        ("GET", f"/alerts/{UUID(int=7)}/status", FOLLOWING),
        ("GET", f"/alerts/{UUID(int=7)}", POLLS),
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
