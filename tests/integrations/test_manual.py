"""Every example of docs/api.md runs as it is written there, and each door for machines has one."""

import re
import shlex
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from meteor.clients.models import SCOPES
from meteor.config import PROJECT
from meteor.web.openapi import REFUSALS
from tests.cast import Cast
from tests.partners import ALL, Partner
from tests.test_gates import SCOPES_NEEDED

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

MANUAL = (PROJECT / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"^```sh\n(curl .*)\n```$", MANUAL, re.MULTILINE)


def run(partner: Partner, command: str, known: dict[str, str]) -> tuple[str, TestResponse]:
    """Send what a curl command sends; its method and what is answered."""
    words = shlex.split(re.sub(r"\$([A-Z]+)", lambda name: known[name[1]], command))[1:]
    sent: dict[str, Any] = {"headers": {}}
    method, url = "GET", ""
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            sent["headers"][name] = value
        elif word == "-d":
            sent["data"] = words.pop(0)
            sent["headers"].setdefault("Content-Type", "application/x-www-form-urlencoded")
        else:
            url = word
    return method, partner.open(url, method=method, **sent)


def test_every_example_runs(app: Flask, cast: Cast) -> None:
    partner = Partner(app, "Segalanya", *ALL, "hazards:write")
    known = {"METEOR": "", "TOKEN": partner.token, "CALL": "", "NUMBER": "", "REPORT": ""}
    for example in EXAMPLES:
        _, answer = run(partner, example, known)
        assert answer.status_code in (200, 201), f"{example}\n{answer.text}"
        said = answer.get_json(force=True)
        if isinstance(said, list):  # of Open311
            known["REPORT"] = known["REPORT"] or said[0].get("service_request_id", "")
            continue
        known["CALL"] = known["CALL"] or said.get("id", "")
        known["NUMBER"] = known["NUMBER"] or said.get("number", "")


def test_every_door_has_an_example(app: Flask, cast: Cast, partner: Partner) -> None:
    shown = [(re.search(r"-X (\w+)", one), re.search(r"\$METEOR(/[^\"?]*)", one)) for one in EXAMPLES]
    names = {"$CALL": "<call_id>", "$NUMBER": "<number>"}
    addresses = {
        (method[1] if method else "GET", re.sub(r"\$[A-Z]+", lambda name: names[name[0]], address[1]))
        for method, address in shown
        if address and address[1].startswith("/api/")
    }
    assert addresses == set(SCOPES_NEEDED)


def test_the_manual_tells_every_scope_and_every_refusal(app: Flask) -> None:
    assert all(f"| `{scope}` |" in MANUAL for scope in SCOPES)
    assert all(f"| {code} |" in MANUAL for code in REFUSALS)
