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
from meteor.dispatch.queue import Group, OpenIncident
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser

pytestmark = pytest.mark.both_databases

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SUKABUMI = (-7.7468, 113.2066)


_ids = count(1)


def opened(number: int, every: float = 1.0, **given: int) -> list[OpenIncident]:
    """So many incidents, opened every so many seconds."""
    what = {"type_id": 1, "kelurahan_id": 1, "priority": 2} | given
    state = {"status": "open", "held": False, "on_paper": False, "has_shortfall": False, "has_units": False}
    return [
        OpenIncident(id=next(_ids), opened_at=AT + timedelta(seconds=every * place), **what, **state)
        for place in range(number)
    ]


def sizes(queue: Sequence[OpenIncident]) -> list[int]:
    return [len(entry.incidents) for entry in entries(queue)]


# --- what is grouped ---


def test_twenty_in_two_minutes_stand_each_for_itself_and_one_more_makes_a_group() -> None:
    assert sizes(opened(MANY)) == [1] * MANY
    assert sizes(opened(MANY + 1)) == [MANY + 1]


def test_what_comes_more_slowly_is_no_burst() -> None:
    assert sizes(opened(MANY + 1, every=6)) == [MANY + 1]  # exactly two minutes
    assert sizes(opened(MANY + 1, every=6.1)) == [1] * (MANY + 1)
    assert sizes(opened(200, every=30)) == [1] * 200


def test_groups_are_of_one_kelurahan_type_and_priority() -> None:
    queue = [*opened(9), *opened(8, kelurahan_id=2), *opened(7, type_id=3), *opened(6, priority=3)]
    assert sizes(queue) == [9, 8, 7, 6]


def test_life_at_risk_always_stands_for_itself_but_counts_towards_the_burst() -> None:
    assert sizes([*opened(15, priority=1), *opened(10)]) == [1] * 15 + [10]


def test_what_was_opened_outside_of_the_burst_stands_for_itself() -> None:
    before = opened(3, every=-600)[1:]
    assert sizes([*before, *opened(25)]) == [1, 1, 25]


def test_a_burst_does_not_end_with_the_clock_but_with_its_incidents() -> None:
    burst = opened(25)
    assert sizes(burst) == [25]
    assert sizes(burst[5:]) == [1] * MANY


def test_nothing_is_lost_twice_there_or_out_of_order() -> None:
    queue = [*opened(9), *opened(8, kelurahan_id=2), *opened(30, priority=3), *opened(5, every=900, priority=4)]
    grouped = [it for entry in entries(queue) for it in entry.incidents]
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


def numbers(text: str) -> list[str]:
    """The numbers of the incidents that stand for themselves on a page of the queue."""
    return re.findall(r'id="row-([\d-]+)"', text)


def test_the_queue_counts_exactly_and_every_incident_can_be_opened(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident]
) -> None:
    komang = as_user("komang")
    text = komang.get("/incidents/rows").text
    assert "30 kejadian terbuka" in text
    assert set(numbers(text)) == {incident.number for incident in burst if incident.priority == 1}
    groups = [komang.get(address).text for address in re.findall(r'href="(/incidents\?group=[^"]+)"', text)]
    shown = [*numbers(text), *(number for group in groups for number in numbers(group))]
    assert sorted(shown) == sorted(incident.number for incident in burst)


def test_a_group_says_how_many_what_where_and_who_waits(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident]
) -> None:
    burst[1].held = True
    text = as_user("komang").get("/incidents/rows").text
    first, second = re.findall(r'<li class="burst.*?</li>', text, re.DOTALL)
    gap = "16 kejadian belum ada unit siap"
    for words in ("16 × Bencana", "Kelurahan Mayangan", "16 menunggu unit", gap, "1 ditahan"):
        assert words in first
    assert "8 × Bencana" in second
    assert "Kelurahan Sukabumi" in second
    assert "ditahan" not in second


def test_a_group_has_a_page_that_polls_itself_and_leads_back(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident]
) -> None:
    komang = as_user("komang")
    group = Group(burst[1].kelurahan_id, burst[1].type_id, burst[1].priority)
    page = komang.get(f"/incidents?group={group}").text
    assert f'hx-get="/incidents/rows?group={group}"' in page
    assert "Bencana · Kelurahan Mayangan" in page
    assert "16 kejadian terbuka" in page
    for incident in [one for one in burst if numbers(page).count(one.number)]:
        dispatch.close(incident, "helped", "", now(), cast.komang)
    page = komang.get(f"/incidents/rows?group={group}").text
    assert "Tidak ada kejadian terbuka dalam kelompok ini" in page
    assert 'href="/incidents"' in page


@pytest.mark.parametrize("group", ["", "1", "1-2", "1-2-9", "-1-2-3", "1-2-3-4", "x-y-z", "1-2-2; drop"])
def test_what_is_no_group_is_the_whole_queue(
    as_user: Callable[[str], Browser], cast: Cast, burst: list[Incident], group: str
) -> None:
    assert "30 kejadian terbuka" in as_user("komang").get("/incidents/rows", query_string={"group": group}).text


def test_a_group_of_an_unknown_place_is_found_by_its_name() -> None:
    for group in (Group(None, 3, 2), Group(12, 3, 4)):
        assert Group.read(str(group)) == group
