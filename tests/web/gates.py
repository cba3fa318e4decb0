"""What the tests of both gates for polls begin with: somebody's cookie, and who has answered."""

from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import Browser


def cookie(site: Flask, who: str) -> str:
    """The cookie of a session of theirs that begins now."""
    client = site.test_client()
    assert isinstance(client, Browser)
    held = client.of(who).get_cookie("meteor")
    assert held is not None
    return f"meteor={held.value}"


def by_gate(answer: TestResponse) -> bool:
    """Whether a gate answered in front of Flask, which puts its headers on everything."""
    return answer.status_code == 204 and "Content-Security-Policy" not in answer.headers
