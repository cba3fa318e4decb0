"""What METEOR answered with success, compared with what its database holds afterwards."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from bench import Case
from bench._life import Citizen, Crew
from bench._load import WrongAnswer
from bench._panels import Caller
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Event, Incident
from meteor.sas.models import Panel, PanelEvent
from meteor.store.database import db

Stored = tuple[datetime | None, int | None]


def kept(
    database: str, citizens: Sequence[Citizen], panels: Sequence[Caller], crews: Sequence[Crew], when: str
) -> Case:
    """Facts that are stored as acknowledged, against all acknowledged. Raises WrongAnswer for one stored twice."""
    db.session.rollback()
    told = {press: number for citizen in citizens for press, number in citizen.told.items()}
    heard = {(panel.dialler.account, each) for panel in panels for each in panel.acknowledged}
    steps = {step for crew in crews for step in crew.told}
    events = _events()
    if twice := [which for which, times in events.items() if _is_repeated(times)]:
        raise WrongAnswer(f"{len(twice)} events of panels are stored twice: {[(it, events[it]) for it in twice]}")
    stored = len(told.items() & _presses()) + len(heard & events.keys()) + len(steps & set(_steps()))
    anew = sum(len(times) > 1 for times in events.values())
    note = (
        f"{len(told)} presses, {len(heard)} events of panels, {len(steps)} steps of crews acknowledged in {when}; "
        f"{anew} events said again when their incident was closed"
    )
    everything = len(told) + len(heard) + len(steps)
    return Case(f"kept, {database}", "acknowledged", "facts", [(stored, everything)], 1.0, note=note)


def _presses() -> set[tuple[str, str]]:
    """Each alert with the number of its incident."""
    query = select(Alert.id, Incident.number).join(Incident, Incident.id == Alert.incident_id)
    return {(str(alert), number) for alert, number in db.session.execute(query)}


def _events() -> Mapping[tuple[str, str], Sequence[Stored]]:
    """Each panel event that is stored, by account and number: the panel's own time, and the incident, each time."""
    query = select(Panel.account, PanelEvent.sequence, PanelEvent.told_at, PanelEvent.incident_id).join(Panel)
    found = defaultdict[tuple[str, str], list[Stored]](list)
    for account, sequence, told_at, incident_id in db.session.execute(query.where(PanelEvent.digest != "")):
        found[account, sequence].append((told_at, incident_id))
    return found


def _is_repeated(times: Sequence[Stored]) -> bool:
    """Whether an event was stored again for the same incident, or with the same time.

    What a panel repeats with a new time after its incident was closed is another alarm (sas.intake): an open one it
    would have joined.
    """
    told = [told_at for told_at, _ in times if told_at]
    incidents = [incident for _, incident in times]
    same = len(set(told)) < len(told) or len(set(incidents)) < len(incidents)
    return len(times) > 1 and (same or None in incidents)


def _steps() -> Iterable[tuple[str, str]]:
    """What crews did, in the words of Crew.told."""
    columns = {
        "acceptance": Assignment.accepted_at, "departure": Assignment.en_route_at, "arrival": Assignment.on_scene_at,
    }  # fmt: skip
    for step, column in columns.items():
        for which in db.session.scalars(select(Assignment.id).where(column.is_not(None))):
            yield step, str(which)
    closed = select(Incident.number).join(Event, Event.incident_id == Incident.id).where(Event.event_type == "closed")
    for number in db.session.scalars(closed):
        yield "closure", number
