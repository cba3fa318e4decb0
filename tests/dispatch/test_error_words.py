"""Refusals and errors of the pages of dispatch say in words what is wrong: no key of a form or a table is read."""

import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest

from meteor.agencies.models import UNIT_STATUSES
from meteor.dispatch import rules
from meteor.dispatch.choice import Reason
from meteor.dispatch.forms import ASSIGNMENT_STEPS
from meteor.incidents.labels import OUTCOMES, REFUSALS, STANDARD_REASONS
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]
KEYS = {*UNIT_STATUSES, *ASSIGNMENT_STEPS, *OUTCOMES, *REFUSALS, *STANDARD_REASONS, *Reason, "accepted", "cleared"}
CODE = re.compile(rf"\b({'|'.join(sorted(KEYS))}|[a-z]+_[a-z_]+)\b")
JSON = {"Accept": "application/json"}


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """TRAIL-01 with Agus is offered Sari's call."""
    on_duty(cast, "agus", "TRAIL-01")
    return report(cast)


def read(markup: str) -> str:
    """What a person reads of a page, in Indonesian."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>", "", markup)
    return unescape(re.sub(r"<[^>]*>", " ", body))


def wrong(incident: Incident) -> list[tuple[str, str, dict[str, str]]]:
    """Who sends what where that is refused for its form."""
    here, offer = f"/incidents/{incident.number}", f"/assignments/{open_assignment('TRAIL-01').id}"
    step = {
        "id": str(uuid4()),
        "by": str(Cast().agus.id),
        "waited": "0",
        "subject": str(open_assignment("TRAIL-01").id),
    }
    return [
        ("agus", f"{offer}/refusal", {"reason": "tired"}),
        ("komang", f"{offer}/withdrawal", {"reason": ""}),
        ("komang", f"{offer}/reassignment", {"unit": "nonsense", "standard": "because"}),
        ("komang", f"{offer}/reassignment", {}),
        ("komang", f"{here}/assignments", {"unit": "0", "standard": "because"}),
        ("komang", f"{here}/assignments", {"unit": "nonsense", "standard": "other"}),
        ("komang", f"{here}/type", {"type": "fire", "priority": "5"}),
        ("komang", f"{here}/staging", {"latitude": "north", "longitude": ""}),
        ("komang", f"{here}/closure", {"outcome": "unknown"}),
        ("komang", f"{here}/closure", {"outcome": "handed_over", "note": ""}),
        ("komang", f"{here}/notes", {"note": ""}),
        ("agus", "/unit", {"status": "on_scene"}),
        ("agus", "/unit/steps", {**step, "step": "refusal", "reason": "tired"}),
        ("agus", "/unit/steps", {**step, "step": "status", "status": "on_scene"}),
        ("agus", "/unit/steps", {**step, "step": "nonsense"}),
        ("agus", "/unit/steps", {**step, "step": "acceptance", "waited": "long"}),
        ("agus", "/unit/steps", {**step, "step": "acceptance", "id": "1"}),
    ]


def test_an_error_of_a_form_names_no_code(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    for who, address, data in wrong(incident):
        answer = as_user(who).post(address, data=data)
        assert answer.status_code == 422, (address, data)
        text = read(answer.text)
        assert CODE.search(text) is None, (address, data, CODE.search(text))


@pytest.mark.parametrize("ended", ["refused", "withdrawn", "accepted", "cleared", "closed"])
def test_a_step_that_comes_too_late_names_no_code(as_user: AsUser, cast: Cast, incident: Incident, ended: str) -> None:
    assignment = open_assignment("TRAIL-01")
    if ended == "refused":
        rules.refuse(assignment, "too_far", now(), cast.agus)
    elif ended == "withdrawn":
        rules.withdraw(assignment, "Ban kempes", now(), cast.komang)
    elif ended == "closed":
        rules.close(incident, "false_alarm", "", now(), cast.komang)
    else:
        rules.accept(assignment, now(), cast.agus)
        if ended == "cleared":
            rules.clear(assignment, now(), cast.agus)
    db.session.commit()
    answer = as_user("agus").post(f"/assignments/{assignment.id}/acceptance", headers=JSON)
    assert answer.status_code == 409
    assert CODE.search(answer.get_json(force=True)["detail"]) is None
    for page in (f"/incidents/{incident.number}", f"/incidents/{incident.number}/units", "/incidents"):
        text = read(as_user("komang").get(page).text)
        assert CODE.search(text) is None, (page, CODE.search(text))
