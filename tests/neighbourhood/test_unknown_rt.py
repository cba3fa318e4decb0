"""Which neighbours are called where a place is known less exactly than an RT, and what is said of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from meteor.alerts.models import Alert
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.incidents.rules import retype
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import TOO_OLD
from meteor.territory.area_index import KELURAHAN_RADIUS
from tests.alerts.neighbours import resident, told
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import report

As = Callable[[str], Browser]
Scheduler = Callable[..., None]
IN_THE_KELURAHAN = {"latitude": HOME[0], "longitude": HOME[1], "accuracy": KELURAHAN_RADIUS}
NOBODY = "RT belum diketahui, jadi ketua RT tidak dihubungi. Perbaiki lokasinya."
OWN_ALONE = "RT belum diketahui: hanya ketua RT tempat tinggal pelapor yang dihubungi."


def somewhere(cast: Cast) -> Incident:
    """A fire somewhere in the kelurahan whose middle is Sari's home, called in by a visitor without a home here."""
    return report(cast, "agus", "fire", source="call", **IN_THE_KELURAHAN)


def said(as_user: As, incident: Incident, who: str = "komang") -> str:
    return as_user(who).get(f"/incidents/{incident.number}").text


def test_no_leader_is_called_for_a_place_that_is_known_to_a_kelurahan(
    as_user: As, cast: Cast, scheduler: Scheduler
) -> None:
    incident = somewhere(cast)
    scheduler()
    assert told("neighbourhood") == []
    assert "Kebakaran" not in as_user("endang").get("/neighbourhood/rows").text
    assert NOBODY in said(as_user, incident)


def test_the_leader_is_called_as_soon_as_the_place_is_corrected(as_user: As, cast: Cast, scheduler: Scheduler) -> None:
    incident = somewhere(cast)
    scheduler()
    incidents.move(incident, Place(*HOME, 20.0, "call"), now(), cast.komang)
    scheduler()
    assert told("neighbourhood") == ["endang"]
    assert "RT belum diketahui" not in said(as_user, incident)


def test_the_leader_of_a_reporter_is_told_that_it_may_be_elsewhere(
    as_user: As, cast: Cast, scheduler: Scheduler
) -> None:
    incident = report(cast, "sari", "fire", **IN_THE_KELURAHAN)
    scheduler()
    assert told("neighbourhood") == ["endang"]
    page = as_user("endang").get("/neighbourhood")
    assert page.text.count("Belum tentu di RT Anda:") == 2  # in the banner, and in the list
    assert "Bukan di RT Anda:" not in page.text
    assert OWN_ALONE in said(as_user, incident)


@pytest.mark.usefixtures("willing")
def test_a_home_is_in_its_households_rt_however_coarsely_it_was_measured(
    as_user: As, cast: Cast, scheduler: Scheduler
) -> None:
    home = resident(cast.sari).household
    next_door = cast.rt(4)
    home.latitude, home.longitude, home.accuracy = next_door.latitude, next_door.longitude, 400.0
    wahyus = resident(cast.wahyu).household
    wahyus.latitude, wahyus.longitude = next_door.latitude, next_door.longitude
    incident = report(cast, "sari", "fire", latitude=None, longitude=None, accuracy=None)
    scheduler()
    assert (told("neighbourhood"), told()) == (["endang"], ["wahyu"])
    assert "RT belum diketahui" not in said(as_user, incident)
    assert "di RT Anda:" not in as_user("endang").get("/neighbourhood/rows").text


@pytest.mark.usefixtures("willing")
def test_no_volunteer_is_told_how_far_a_place_is_that_is_not_known(cast: Cast, scheduler: Scheduler) -> None:
    incident = somewhere(cast)
    scheduler()
    assert told() == []
    incidents.move(incident, Place(*HOME, 20.0, "call"), now(), cast.komang)
    scheduler()
    assert told() == ["wahyu"]


@pytest.mark.parametrize(("minutes", "noted"), [(59, True), (61, False)])
def test_it_is_said_only_while_a_correction_still_calls_leaders(
    as_user: As, cast: Cast, minutes: int, noted: bool
) -> None:
    incident = somewhere(cast)
    db.session.execute(update(Alert).values(received_at=now() - timedelta(minutes=minutes)))
    db.session.commit()
    assert (NOBODY in said(as_user, incident)) == noted


def test_a_reopening_calls_leaders_again_and_so_the_note_is_said_again(as_user: As, cast: Cast) -> None:
    incident = somewhere(cast)
    db.session.execute(update(Alert).values(received_at=now() - TOO_OLD * 2))
    incident.reopened_at = now()
    db.session.commit()
    assert NOBODY in said(as_user, incident)


def test_it_is_said_to_those_who_may_correct_the_place_and_of_what_leaders_may_know(as_user: As, cast: Cast) -> None:
    incident = somewhere(cast)
    assert "RT belum diketahui" not in said(as_user, incident, "yusuf")
    retype(incident, incidents.type_for("domestic_violence"), now())
    db.session.commit()
    assert "RT belum diketahui" not in said(as_user, incident)
