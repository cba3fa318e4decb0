"""Every page with a form keeps what was typed on a dead network (js/connection.js), or says here why it does not."""

import re
from pathlib import Path

import pytest

TEMPLATES = {
    path.relative_to("templates").as_posix(): path.read_text() for path in sorted(Path("templates").rglob("*.html"))
}
FORM = re.compile(r'<form[^>]* method="post"|\b(post_button|confirm)\(')
REFERS = re.compile(r'{% (?:include|extends) "([^"]+)"')
EXTENDS = re.compile(r'{% extends "([^"]+)"')

BY_OWN_SCRIPT = {
    "agencies/duty.html": "steps.js keeps what a crew taps",
    "agencies/unit.html": "steps.js keeps what a crew taps",
    "board/board.html": "actions.js and frame.js say what was not sent",
    "board/chief.html": "actions.js says what was not sent",
    "dispatch/queue.html": "actions.js says what was not sent",
    "hazards/report.html": "report-waiting.js keeps a report",
    "notices/devices.html": "device.js asks the browser first",
    "panic/button.html": "press.js keeps a press",
    "panic/onboarding/trial.html": "trial.js says that the trial did not arrive",
    "sas/monitor.html": "actions.js says what was not sent",
    "sas/test.html": "trial.js says that the test did not arrive",
    "accounts/sign_in.html": "a passkey needs the tap itself",
    "accounts/second_factor.html": "a passkey needs the tap itself",
    "accounts/second_step.html": "a passkey needs the tap itself",
}
WITHOUT_WORDS = {
    "sas/places.html": "a silent button's page says nothing of METEOR",
    "demo/styleguide.html": "its form shows how fields look",
}


def has_form(name: str) -> bool:
    """Return whether a page, or a part of it that has no page's frame, posts."""
    text = TEMPLATES.get(name, "")
    return bool(FORM.search(text)) or any(has_form(part) for part in REFERS.findall(text) if part != "base.html")


def holds(name: str) -> bool:
    """Return whether a page says so, itself or by a part, within a frame that listens."""
    return says_so(name) and "connection(" in TEMPLATES[frame(name)]


def says_so(name: str) -> bool:
    text = TEMPLATES.get(name, "")
    return "set holds_forms = true" in text or any(
        says_so(part) for part in REFERS.findall(text) if part != "base.html"
    )


def frame(name: str) -> str:
    """The template that a page extends in the end."""
    above = EXTENDS.search(TEMPLATES[name])
    return frame(above[1]) if above else name


PAGES = [name for name, text in TEMPLATES.items() if "{% extends" in text and has_form(name)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_a_form_keeps_what_was_typed_while_there_is_no_network(name: str) -> None:
    assert holds(name) != (name in BY_OWN_SCRIPT | WITHOUT_WORDS)


def test_no_page_is_excused_that_is_not_there() -> None:
    assert set(BY_OWN_SCRIPT | WITHOUT_WORDS) <= set(PAGES)
