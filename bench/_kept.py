"""What METEOR answered with success, compared with what its database holds afterwards."""

from collections import Counter
from collections.abc import Iterable, Sequence

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


def kept(
    database: str, citizens: Sequence[Citizen], panels: Sequence[Caller], crews: Sequence[Crew], when: str
) -> Case:
    """Facts that are stored as acknowledged, against all acknowledged. Raises WrongAnswer for one stored twice."""
    db.session.rollback()
    told = {press: number for citizen in citizens for press, number in citizen.told.items()}
    heard = {(panel.dialler.account, each) for panel in panels for each in panel.acknowledged}
    steps = {step for crew in crews for step in crew.told}
    events = _events()
    if twice := [one for one, times in events.items() if times > 1]:
        raise WrongAnswer(f"{len(twice)} events of panels are stored twice")
    stored = len(told.items() & _presses()) + len(heard & events.keys()) + len(steps & set(_steps()))
    note = f"{len(told)} presses, {len(heard)} events of panels, {len(steps)} steps of crews acknowledged in {when}"
    everything = len(told) + len(heard) + len(steps)
    return Case(f"kept, {database}", "acknowledged", "facts", [(stored, everything)], 1.0, note=note)


def _presses() -> set[tuple[str, str]]:
    """Each alert with the number of its incident."""
    query = select(Alert.id, Incident.number).join(Incident, Incident.id == Alert.incident_id)
    return {(str(alert), number) for alert, number in db.session.execute(query)}


def _events() -> Counter[tuple[str, str]]:
    """How often each panel event is stored, by account and number."""
    query = select(Panel.account, PanelEvent.sequence).join(Panel).where(PanelEvent.digest != "")
    return Counter((account, sequence) for account, sequence in db.session.execute(query))


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
