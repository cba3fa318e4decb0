"""An alarm that somebody else reported too: merged it goes on ringing, separated it rings again."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.accounts import passwords
from meteor.alerts import merging
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.incidents import escalation
from meteor.incidents.models import Incident, Merge
from meteor.sas import cancelling, consequences, monitor, raising, second_sign
from meteor.sas.models import Panel
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.sas.scenes import alarm_types, incidents, panel_of, says, shop
from tests.scenes import report

pytestmark = pytest.mark.both_databases


@pytest.fixture
def panel(cast: Cast) -> Panel:
    """The panel of Toko Emas Semeru."""
    alarm_types(cast)
    return panel_of(shop(cast))


@pytest.fixture
def alarm(panel: Panel) -> Incident:
    """A burglary, P3, that waits for its second sign."""
    says(panel, "BA", now(), "003")
    return incidents()[-1]


def merge(cast: Cast, incident: Incident, into: Incident) -> Merge:
    made = merging.merge(incident, into, now(), cast.komang)
    db.session.commit()
    return made


def undo(cast: Cast, made: Merge) -> None:
    merging.undo(made, now(), cast.komang)
    db.session.commit()


def ringing(at: datetime | None = None) -> list[str]:
    """The numbers of the incidents that nobody sees to yet on the alarm screen."""
    return [alarm.incident.number for alarm in monitor.screen(at or now()).ringing]


def seen_to() -> dict[str, str]:
    """Who sees to what, by number."""
    return {alarm.incident.number: alarm.chain.acknowledged_by for alarm in monitor.screen(now()).seen_to}


def test_an_alarm_of_premises_handles_a_neighbours_call_and_learns_how_urgent_it_is(
    cast: Cast, panel: Panel, alarm: Incident
) -> None:
    call = report(cast, kind="crime")
    assert call.priority < alarm.priority
    assert merging.main_of(call, alarm) == merging.main_of(alarm, call) == alarm
    merge(cast, call, alarm)
    assert (alarm.type.code, alarm.priority) == ("crime", 2)
    assert ringing() == [alarm.number]
    assert second_sign.awaited(alarm)
    says(panel, "BA", now() + timedelta(minutes=2), "002")
    assert [incident.status for incident in incidents()].count("open") == 1
    assert ringing() == [alarm.number]


def test_an_alarm_that_is_handled_in_a_call_rings_on_there_with_its_premises(cast: Cast, alarm: Incident) -> None:
    call = report(cast, kind="crime")
    made = merge(cast, alarm, call)
    (shown,) = monitor.screen(now()).ringing
    assert shown.incident == call
    assert [place.name for place in shown.places] == ["Toko Emas Semeru"]
    undo(cast, made)
    assert ringing() == [alarm.number]


def test_who_saw_to_the_alarm_sees_to_the_call_that_handles_it(cast: Cast, alarm: Incident) -> None:
    escalation.acknowledge(alarm.id, cast.hadi, now())
    call = report(cast, kind="crime")
    made = merge(cast, alarm, call)
    assert (ringing(), seen_to()) == ([], {call.number: "Hadi Pawas"})
    undo(cast, made)
    assert seen_to()[alarm.number] == "Hadi Pawas"


def test_separated_again_an_alarm_that_nobody_saw_to_rings(cast: Cast, panel: Panel, alarm: Incident) -> None:
    call = report(cast, kind="crime")
    made = merge(cast, alarm, call)
    escalation.acknowledge(call.id, cast.hadi, now())
    assert ringing() == []
    undo(cast, made)
    assert ringing() == [alarm.number]


def test_of_two_alarms_the_one_that_handles_both_keeps_its_own_chain(cast: Cast, alarm: Incident) -> None:
    other = panel_of(shop(cast, "Toko Emas Bromo"), "4321")
    says(other, "BA", now(), "003")
    both = incidents()[-1]
    escalation.acknowledge(both.id, cast.hadi, now())
    made = merge(cast, alarm, both)
    assert (ringing(), seen_to()) == ([], {both.number: "Hadi Pawas"})
    undo(cast, made)
    assert (ringing(), seen_to()) == ([alarm.number], {both.number: "Hadi Pawas"})


def test_an_alarm_that_reached_nobody_is_not_seen_to_because_a_merge_was_undone(
    cast: Cast, panel: Panel, alarm: Incident
) -> None:
    for seconds in (0, 15, 45, 60):
        escalation.escalate(alarm.opened_at + timedelta(seconds=seconds))
    undo(cast, merge(cast, report(cast, "sari", "fire"), alarm))
    assert alarm.number in ringing()
    assert alarm.number not in seen_to()


def test_a_second_zone_counts_also_while_what_was_merged_into_it_is_as_urgent(
    cast: Cast, panel: Panel, alarm: Incident
) -> None:
    bromo = panel_of(shop(cast, "Bromo"), "4321")
    for zone in ("003", "002"):
        says(bromo, "BA", now(), zone)
    made = merge(cast, incidents()[-1], alarm)
    assert alarm.priority == 1
    says(panel, "BA", now() + timedelta(minutes=2), "002")
    undo(cast, made)
    assert alarm.priority == 1


def test_what_premises_said_of_their_part_goes_back_with_them(cast: Cast, panel: Panel, alarm: Incident) -> None:
    bromo = panel_of(shop(cast, "Bromo"), "4321")
    says(bromo, "BA", now(), "003")
    main = incidents()[-1]
    made = merge(cast, alarm, main)
    hold_up = consequences.of("hold_up")
    pressed = IncomingAlert(id=uuid4(), source="sas", kind=hold_up.kind, reporter_id=cast.toko.id)
    raising.receive(pressed, hold_up, panel.premises, now())
    undo(cast, made)
    assert [incident.type.code for incident in (alarm, main)] == ["hold_up", "burglary"]
    assert [incident.silent for incident in (alarm, main)] == [True, False]


def test_a_wrong_code_of_premises_marks_their_part_when_it_goes_back(cast: Cast, alarm: Incident) -> None:
    cast.toko.pin_hash = passwords.hashed("2580")
    main = report(cast, "sari", "fire")
    made = merge(cast, alarm, main)
    alert = db.session.scalars(select(Alert).where(Alert.first_incident_id == alarm.id)).one()
    cancelling.cancel(alert, "mistake", "salah", now(), cast.toko)
    assert ["forced" in incident.flags for incident in (alarm, main)] == [False, True]
    undo(cast, made)
    assert ["forced" in incident.flags for incident in (alarm, main)] == [True, False]
