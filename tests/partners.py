"""Partners' systems: clients of the API with their tokens, who send and read JSON."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from meteor.clients import rules
from meteor.store.database import db
from meteor.store.moments import now

ALL = ("calls:write", "calls:read", "incidents:write", "incidents:read")


class Partner:
    """A client called `name` that may do `scopes`. `token` is what it proves itself with."""

    def __init__(self, app: Flask, name: str, *scopes: str, per_minute: int = 10_000) -> None:
        values = {"name": name, "scopes": list(scopes or ALL), "per_minute": per_minute}
        client, self.token = rules.new(values, now(), None)
        db.session.commit()
        self.id = client.id
        self.http = app.test_client()

    def open(self, path: str, *, headers: dict[str, str] | None = None, **given: Any) -> TestResponse:
        """Send a request with the token; a POST carries no CSRF token."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        return self.http.open(path, headers=bearer | (headers or {}), **given, **_no_csrf(given))

    def get(self, path: str, **given: Any) -> TestResponse:
        return self.open(path, method="GET", **given)

    def post(self, path: str, json: Any = None, key: str | None = None, **given: Any) -> TestResponse:
        headers = dict(given.pop("headers", None) or {}) | ({"Idempotency-Key": key} if key else {})
        body = {"json": json} if json is not None else {}
        return self.open(path, method="POST", headers=headers, **body, **given)


def _no_csrf(given: dict[str, Any]) -> dict[str, Any]:
    return {"csrf": False} if given.get("method") == "POST" else {}


def wrong(answer: TestResponse) -> dict[str, str]:
    """The fields that an answer says are wrong, with what would be right."""
    assert answer.mimetype == "application/problem+json", answer.text
    return {one["field"]: one["problem"] for one in answer.get_json(force=True).get("errors", [])}
