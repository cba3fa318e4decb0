"""A burst in the queue: grouped so that a person can read it, with nothing hidden."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.dispatch import rules as dispatch
from meteor.dispatch.bursts import MANY, entries
from meteor.dispatch.queue import Row
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser

pytestmark = pytest.mark.both_databases

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SUKABUMI = (-7.7468, 113.2066)


_ids = count(1)


def rows(number: int, every: float = 1.0, **given: int) -> list[Row]:
    """So many rows, opened every so many seconds."""
    what = {"type_id": 1, "kelurahan_id": 1, "priority": 2, "held": False, "status": "open"} | given
    return [
        Row(Incident(id=next(_ids), opened_at=AT + timedelta(seconds=every * place), **what), (), (), False)
        for place in range(number)
    ]


def sizes(queue: Sequence[Row]) -> list[int]:
    return [len(entry.rows) for entry in entries(queue)]


# --- what is grouped ---


def test_twenty_in_two_minutes_stand_each_for_itself_and_one_more_makes_a_group() -> None:
    assert sizes(rows(MANY)) == [1] * MANY
    assert sizes(rows(MANY + 1)) == [MANY + 1]


def test_what_comes_more_slowly_is_no_burst() -> None:
    assert sizes(rows(MANY + 1, every=6)) == [MANY + 1]  # exactly two minutes
    assert sizes(rows(MANY + 1, every=6.1)) == [1] * (MANY + 1)
    assert sizes(rows(200, every=30)) == [1] * 200


def test_groups_are_of_one_kelurahan_type_and_priority() -> None:
    queue = [*rows(9), *rows(8, kelurahan_id=2), *rows(7, type_id=3), *rows(6, priority=3)]
    assert sizes(queue) == [9, 8, 7, 6]


def test_life_at_risk_always_stands_for_itself_but_counts_towards_the_burst() -> None:
    assert sizes([*rows(15, priority=1), *rows(10)]) == [1] * 15 + [10]


def test_what_was_opened_outside_of_the_burst_stands_for_itself() -> None:
    before = rows(3, every=-600)[1:]
    assert sizes([*before, *rows(25)]) == [1, 1, 25]


def test_a_burst_does_not_end_with_the_clock_but_with_its_rows() -> None:
    burst = rows(25)
    assert sizes(burst) == [25]
    assert sizes(burst[5:]) == [1] * MANY


def test_nothing_is_lost_twice_there_or_out_of_order() -> None:
    queue = [*rows(9), *rows(8, kelurahan_id=2), *rows(30, priority=3), *rows(5, every=900, priority=4)]
    grouped = [row for entry in entries(queue) for row in entry.rows]
    assert grouped == queue


# --- what is shown ---


@pytest.fixture
def burst(cast: Cast) -> list[Incident]:
    """Thirty reports in a minute: floods in two kelurahan, and some where a life is at risk."""
    found = []
    for number in range(30):
        place = HOME if number < 20 else SUKABUMI
        kind = "disaster" if number % 5 else "medical"
        receipt = receive(IncomingAlert(uuid4(), "api", kind, None, *place, 10.0), now() + timedelta(seconds=number))
        incident = db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()
        found.append(incident)
    return found


def test_the_queue_counts_exactly_and_every_incident_can_be_opened(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident]
) -> None:
    text = as_user("komang").get("/incidents/rows").text
    assert "30 kejadian terbuka" in text
    opened = re.findall(r'href="/incidents/([\d-]+)"', text)
    assert sorted(opened) == sorted(incident.number for incident in burst)
    folded = "".join(re.findall(r"<details.*?</details>", text, re.DOTALL))
    kept = {incident.number for incident in burst if incident.priority == 1}
    assert not kept & set(re.findall(r'href="/incidents/([\d-]+)"', folded))


def test_a_fold_says_how_many_what_where_and_who_waits(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident]
) -> None:
    burst[1].held = True
    text = as_user("komang").get("/incidents/rows").text
    first, second = re.findall(r"<summary>(.*?)</summary>", text, re.DOTALL)
    for words in ("16 × Bencana", "Kelurahan Mayangan", "16 belum diterima unit", "16 tanpa unit tersisa", "1 ditahan"):
        assert words in first
    assert "8 × Bencana" in second
    assert "Kelurahan Sukabumi" in second
    assert "ditahan" not in second


def test_the_fold_keeps_its_name_so_that_it_stays_open_when_the_queue_changes(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident]
) -> None:
    def names() -> list[str]:
        return re.findall(r'<details id="(burst-[\d-]+)"', as_user("komang").get("/incidents/rows").text)

    before = names()
    assert len(set(before)) == 2
    dispatch.close(burst[1], "helped", "", now(), cast.komang)
    assert names() == before
