"""What neighbours never hear of, however METEOR learns it; those who were called are called off from it."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from meteor.alerts import followup, merging
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.dispatch import override, rules
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.neighbourhood import safety
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.neighbours import BESIDE, FAR, alarm, alert_of, mark, row, told
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import report

As = Callable[[str], Browser]

pytestmark = pytest.mark.usefixtures("willing")


@pytest.fixture(autouse=True)
def marked(cast: Cast) -> None:
    """Illnesses ring the neighbours; a crime is gone to silently."""
    mark(cast, "medical")
    mark(cast, "crime", neighbours=False, silent_approach=True)
    db.session.commit()


def call(cast: Cast, code: str) -> Incident:
    """Somebody without an account calls 112 from Sari's door."""
    known = cast.incident_type(code)
    incoming = IncomingAlert(
        uuid4(), "call", "other", None, type_id=known.id, priority=1, place=Place(*HOME, 10.0, "call")
    )
    receipt = receive(incoming, now(), cast.maya)
    db.session.commit()
    return db.session.query(Incident).filter_by(number=receipt.number).one()


def rung() -> tuple[list[str], list[str]]:
    """The volunteers and the leaders who are called."""
    return told(), told("neighbourhood")


def called_off() -> tuple[list[str], list[str]]:
    return told("neighbour_off"), told("neighbourhood_off")


def seen(as_user: As, incident: Incident) -> bool:
    db.session.commit()
    return any(incident.number in as_user(who).get(page).text for who, page in
               (("wahyu", "/helping"), ("endang", "/neighbourhood")))  # fmt: skip


EVERYBODY = (["wahyu"], ["endang"])
NOBODY: tuple[list[str], list[str]] = ([], [])


class TestViolenceAtHome:
    def test_that_is_chosen_after_the_press_stays_hidden_whatever_it_is_called_later(
        self, cast: Cast, as_user: As, scheduler: Callable[..., None]
    ) -> None:
        incident = report(cast, "sari")
        followup.choose_kind(alert_of(incident), "domestic_violence", now(), cast.sari)
        scheduler()
        assert rung() == NOBODY
        override.retype(incident, row(cast, "medical"), 1, "", now(), cast.komang)
        scheduler()
        assert rung() == NOBODY
        assert not seen(as_user, incident)

    def test_that_the_reporter_says_where_another_word_stands_calls_everybody_off(
        self, cast: Cast, as_user: As, scheduler: Callable[..., None]
    ) -> None:
        incident = report(cast, "sari")
        override.retype(incident, row(cast, "medical"), 1, "", now(), cast.komang)
        scheduler()
        assert rung() == EVERYBODY
        followup.choose_kind(alert_of(incident), "domestic_violence", now(), cast.sari)
        scheduler()
        assert incident.type.code == "medical"
        assert (rung(), called_off()) == (NOBODY, EVERYBODY)
        assert not seen(as_user, incident)

    def test_another_word_of_the_reporter_keeps_nothing_from_anybody(
        self, cast: Cast, scheduler: Callable[..., None]
    ) -> None:
        incident = report(cast, "sari")
        override.retype(incident, row(cast, "medical"), 1, "", now(), cast.komang)
        followup.choose_kind(alert_of(incident), "fire", now(), cast.sari)
        scheduler()
        assert rung() == EVERYBODY

    @pytest.mark.parametrize("first", ["medical", "domestic_violence"])
    def test_in_a_call_stays_hidden_whatever_it_is_called_later(
        self, cast: Cast, as_user: As, scheduler: Callable[..., None], first: str
    ) -> None:
        incident = call(cast, first)
        for code in ("domestic_violence", "medical"):
            override.retype(incident, row(cast, code), 1, "", now(), cast.maya)
        scheduler()
        assert rung() == NOBODY
        assert not seen(as_user, incident)

    def test_goes_along_into_the_incident_that_handles_it(
        self, cast: Cast, as_user: As, scheduler: Callable[..., None]
    ) -> None:
        goes, stays = report(cast, "sari", **FAR), report(cast, "karto", "medical")
        followup.choose_kind(alert_of(goes), "domestic_violence", now(), cast.sari)
        scheduler()
        assert told() == ["wahyu"]
        merging.merge(goes, stays, now(), cast.komang)
        scheduler()
        assert stays.type.code == "medical"
        assert rung() == NOBODY
        assert told("neighbour_off") == ["wahyu"]
        assert not seen(as_user, stays)


def test_a_hold_up_that_was_called_in_is_kept_from_neighbours(
    cast: Cast, as_user: As, scheduler: Callable[..., None]
) -> None:
    incident = call(cast, "crime")
    scheduler()
    assert rung() == NOBODY
    assert not seen(as_user, incident)


def test_a_hold_up_never_rings_though_somebody_marked_it(cast: Cast, scheduler: Callable[..., None]) -> None:
    mark(cast, "crime", silent_approach=True)
    alarm(cast, "gold_shop", "crime")
    scheduler()
    assert rung() == NOBODY


def test_a_press_that_turns_out_to_be_a_hold_up_calls_everybody_off(cast: Cast, scheduler: Callable[..., None]) -> None:
    incident = report(cast, "sari", "medical")
    scheduler()
    assert rung() == EVERYBODY
    incidents.retype(incident, row(cast, "crime"), now(), cast.komang)
    scheduler()
    assert (rung(), called_off()) == (NOBODY, EVERYBODY)


def test_a_press_that_turns_out_to_be_silent_calls_everybody_off(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "sari", "medical")
    scheduler()
    report(cast, "sari", silent=True)
    scheduler()
    assert (rung(), called_off()) == (NOBODY, EVERYBODY)


def test_a_leader_is_not_told_to_stay_away_from_what_is_merely_over_or_elsewhere(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    over, elsewhere = report(cast, "sari", "medical"), report(cast, "toko", "medical")
    scheduler()
    assert told("neighbourhood") == ["endang", "endang"]
    rules.close(over, "helped", "", now(), cast.komang)
    incidents.move(elsewhere, Place(**FAR), now())
    scheduler()
    assert (told("neighbourhood"), told("neighbourhood_off")) == ([], [])


@pytest.mark.parametrize("danger", ["hold-up", "silent", "violence"])
def test_nobody_is_called_to_where_a_danger_is(
    cast: Cast, as_user: As, scheduler: Callable[..., None], danger: str
) -> None:
    _begin(cast, danger)
    incident = report(cast, "toko", "medical", **BESIDE)
    scheduler()
    assert rung() == NOBODY
    assert not seen(as_user, incident)


@pytest.mark.parametrize("danger", ["hold-up", "silent", "violence"])
def test_everybody_is_called_off_from_where_a_danger_begins_and_called_anew_when_it_is_over(
    cast: Cast, scheduler: Callable[..., None], danger: str
) -> None:
    report(cast, "toko", "medical")
    scheduler()
    assert rung() == EVERYBODY
    begun = _begin(cast, danger)
    scheduler()
    assert (rung(), called_off()) == (NOBODY, EVERYBODY)
    rules.close(begun, "false_alarm", "", now(), cast.komang)
    scheduler()
    assert (rung(), called_off()) == (EVERYBODY, NOBODY)


def test_helpers_are_called_off_from_a_danger_though_they_are_needed_elsewhere(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    report(cast, "toko", "fire", latitude=HOME[0] - 0.0015)
    here = report(cast, "sari", "medical")
    scheduler()
    assert told() == ["wahyu", "wahyu"]
    incidents.retype(here, row(cast, "crime"), now(), cast.komang)
    scheduler()
    assert (told(), told("neighbour_off")) == (["wahyu"], ["wahyu"])


@pytest.mark.parametrize("who", [[], ["wahyu"]], ids=["inside", "one detector"])
def test_nobody_is_called_to_where_burglars_are_known_to_be(
    cast: Cast, scheduler: Callable[..., None], who: list[str]
) -> None:
    mark(cast, "noise", neighbours=False).code = safety.BURGLARY
    db.session.flush()
    alarm(cast, "gold_shop", safety.BURGLARY).priority = 3 if who else 1
    report(cast, "karto", "medical", **BESIDE)
    scheduler()
    assert told() == who


@pytest.mark.both_databases
def test_only_a_danger_concerns_what_is_beside_it(cast: Cast, scheduler: Callable[..., None]) -> None:
    fire, illness = report(cast, "sari", "fire"), report(cast, "karto", "medical", **BESIDE)
    scheduler()
    assert safety.around(illness.id) == {illness.id: False}
    hold_up = call(cast, "crime")
    assert safety.around(hold_up.id) == {fire.id: True, illness.id: True, hold_up.id: True}
    rules.close(hold_up, "false_alarm", "", now(), cast.komang)
    assert safety.around(hold_up.id) == {fire.id: False, illness.id: False, hold_up.id: True}


def test_further_away_a_danger_silences_nothing(cast: Cast, scheduler: Callable[..., None]) -> None:
    report(cast, "toko", "medical", latitude=HOME[0] - 0.0015)
    _begin(cast, "hold-up")
    scheduler()
    assert rung() == EVERYBODY


def test_an_incident_that_a_merge_makes_silent_calls_everybody_off_until_it_is_undone(
    cast: Cast, scheduler: Callable[..., None]
) -> None:
    stays, goes = report(cast, "sari", "fire"), report(cast, "karto", "other", silent=True, **FAR)
    scheduler()
    assert rung()[0] == ["wahyu"]
    merged = merging.merge(goes, stays, now(), cast.komang)
    scheduler()
    assert rung() == NOBODY
    assert told("neighbour_off") == ["wahyu"]
    merging.undo(merged, now(), cast.komang)
    scheduler()
    assert (rung(), called_off()) == (EVERYBODY, NOBODY)


def _begin(cast: Cast, danger: str) -> Incident:
    if danger == "hold-up":
        return alarm(cast, "gold_shop", "crime")
    kind = "domestic_violence" if danger == "violence" else "medical"
    return report(cast, "sari", kind, silent=danger == "silent")
