"""A timeline of hundreds of offers: what METEOR repeats folds, what a person did never does."""

import re
from collections.abc import Callable
from itertools import cycle

import pytest

from meteor.accounts.models import User
from meteor.incidents import timeline
from meteor.incidents.models import Incident
from meteor.incidents.repetition import MOST
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import report

AsUser = Callable[[str], Browser]


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Sari has pressed the button, and nobody is on duty."""
    return report(cast)


def asked(incident: Incident, lines: int) -> None:
    """METEOR offers it and gets no answer, again and again: so many lines."""
    details = {"offered": {"unit": "TRAIL-02", "distance": 812.0}, "offer_expired": {"unit": "TRAIL-02"}}
    for _, event_type in zip(range(lines), cycle(details), strict=False):
        timeline.record(incident.id, event_type, now(), **details[event_type])
    db.session.commit()


def noted(incident: Incident, who: User) -> None:
    timeline.record(incident.id, "note", now(), who, note="Pintu belakang terbuka")
    db.session.commit()


def folded(client: Browser, incident: Incident) -> list[tuple[str, int]]:
    """What the timeline folds: in words, and how many lines."""
    text = client.get(f"/incidents/{incident.number}").text
    parts = re.findall(r'<details id="since-\d+">\s*<summary>(.*?) · .*?</summary>(.*?)</ol>', text, re.DOTALL)
    return [(said, lines.count("<li")) for said, lines in parts]


def test_hundreds_of_offers_are_one_line_that_unfolds_below_the_newest(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    asked(incident, 201)
    # The newest offer is shown; the line before them all says that no unit is left, and folds with them.
    assert folded(as_user("komang"), incident) == [("100 tawaran, 100 tanpa jawaban, 1 kali belum ada unit siap", 201)]


def test_what_a_person_wrote_between_them_is_always_shown(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    asked(incident, 20)
    noted(incident, cast.komang)
    asked(incident, 20)
    assert [lines for _, lines in folded(as_user("komang"), incident)] == [19, 20]


def test_a_few_offers_are_all_shown(as_user: AsUser, incident: Incident) -> None:
    asked(incident, MOST - 1)
    assert folded(as_user("komang"), incident) == []


def test_a_unit_that_a_dispatcher_asks_is_no_repetition(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    for _ in range(MOST + 1):
        timeline.record(incident.id, "offered_again", now(), cast.komang)
    db.session.commit()
    assert folded(as_user("komang"), incident) == []
