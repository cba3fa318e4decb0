"""What a call-taker can tell the caller about the response, as it is now and no more than that."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.calls import sending
from meteor.calls.models import Call
from meteor.dispatch import overdue, rules
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.calls.switchboard import enough, taken, typed
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment

LEFT = " Belum ada unit yang siap:"  # the plan asks for a second patrol, and there is none
AsUser = Callable[[str], Browser]


@pytest.fixture
def call(cast: Cast) -> Call:
    """A call whose incident was opened while TRAIL-01, with Agus, is the only free patrol."""
    on_duty(cast, "agus", "TRAIL-01")
    return opened(cast)


def opened(cast: Cast) -> Call:
    call = taken(cast)
    typed(cast, call, **enough(cast, "crime"))
    sending.open_incident(call, now(), cast.maya)
    db.session.commit()
    return call


def incident_of(call: Call) -> Incident:
    assert call.alert is not None
    return call.alert.incident


def shown(as_user: AsUser, call: Call) -> str:
    html = as_user("maya").get(f"/calls/{call.id}/response").text
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_sending_promises_nothing_but_the_incident(cast: Cast, as_user: AsUser) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    call, maya = taken(cast), as_user("maya")
    maya.post(f"/calls/{call.id}/incident", data={"version": "0", **enough(cast, "crime")})
    page = maya.get(f"/calls/{call.id}").text
    assert f"Kejadian {incident_of(call).number} sudah dibuka." in page
    assert "Bantuan sudah" not in page
    assert "Belum ada unit yang menerima." in page
    assert "bantuan" not in re.sub(r"<[^>]+>", " ", maya.get("/calls/waiting").text).lower()
    assert "Menunggu unit" in maya.get("/calls/waiting").text


def test_a_unit_that_is_asked_is_named_with_how_long_it_has_been_asked(call: Call, as_user: AsUser) -> None:
    open_assignment("TRAIL-01").offered_at = now() - timedelta(seconds=12)
    db.session.commit()
    assert re.search(
        r"Belum ada unit yang menerima\. 1 unit diminta: TRAIL-01 , 0:1[2-5]$", shown(as_user, call).split(LEFT)[0]
    )


def test_accepted_on_the_way_and_there_are_said_once_they_are_so(cast: Cast, call: Call, as_user: AsUser) -> None:
    assignment = open_assignment("TRAIL-01")
    said = []
    for step in (rules.accept, rules.depart, rules.arrive, rules.clear):
        step(assignment, now(), cast.agus)
        db.session.commit()
        said.append(shown(as_user, call).split(LEFT)[0])
    assert said == [
        "Sudah ada unit yang menerima, tetapi belum berangkat. Menerima, belum berangkat: TRAIL-01",
        "Bantuan sedang menuju lokasi. Menuju lokasi: TRAIL-01",
        "Bantuan sudah di lokasi. Di lokasi: TRAIL-01",
        "Tidak ada lagi unit di lokasi.",
    ]


def test_that_no_unit_is_free_is_said(cast: Cast, as_user: AsUser) -> None:
    said = shown(as_user, opened(cast))
    assert said.startswith("Tidak ada unit yang siap. Belum ada yang menuju lokasi. Belum ada unit yang siap:")


def test_a_unit_that_refused_is_not_said_to_come(cast: Cast, call: Call, as_user: AsUser) -> None:
    rules.refuse(open_assignment("TRAIL-01"), "busy", now(), cast.agus)
    db.session.commit()
    assert "TRAIL-01" not in shown(as_user, call)


def test_an_offer_that_expired_is_not_said_to_come(call: Call, as_user: AsUser) -> None:
    overdue.expire(now() + timedelta(seconds=31))
    db.session.commit()
    assert "TRAIL-01" not in shown(as_user, call)


def test_a_held_and_a_closed_incident_are_called_that(cast: Cast, call: Call, as_user: AsUser) -> None:
    incident = incident_of(call)
    rules.withdraw(open_assignment("TRAIL-01"), "", now(), cast.komang)
    incident.held = True
    db.session.commit()
    assert "Kejadian ditahan." in shown(as_user, call)
    rules.close(incident, "helped", "", now(), cast.komang)
    db.session.commit()
    assert shown(as_user, call) == "Kejadian sudah ditutup."


def test_the_poll_answers_204_until_something_changes(cast: Cast, call: Call, as_user: AsUser) -> None:
    maya, address = as_user("maya"), f"/calls/{call.id}/response"
    found = re.search(r'data-version="(\w+)"', maya.get(address).text)
    assert found
    assert maya.get(f"{address}?v={found[1]}").status_code == 204
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    db.session.commit()
    assert maya.get(f"{address}?v={found[1]}").status_code == 200


def test_a_call_without_an_incident_has_no_response(cast: Cast, as_user: AsUser) -> None:
    assert as_user("maya").get(f"/calls/{taken(cast).id}/response").status_code == 404
