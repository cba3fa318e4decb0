"""The status of all alarm panels, and which of them need attention."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased

from meteor.premises.models import Premises
from meteor.sas.models import Panel, PanelEvent, TestMode
from meteor.store.database import db

Running = Sequence[TestMode]
"""The tests that run now, as testing.running gives them."""


def panels(state: str, running: Running) -> Select[Panel]:
    """The panels in `state`, one of labels.STATES, or all of them; joined to their premises."""
    found = select(Panel).join(Panel.premises)
    if state == "test":
        return found.where(_in_test(running))
    return found.where(Panel.state == state) if state else found


def counts(running: Running) -> dict[str, int]:
    """Number of panels in each state; those in test are counted twice."""
    in_test = select(func.count()).select_from(Panel).where(_in_test(running))
    states = select(Panel.state, func.count()).group_by(Panel.state)
    return dict(db.session.execute(states).all()) | {"test": db.session.scalar(in_test) or 0}


def need(running: Running) -> ColumnElement[str]:
    """Sort key: panels that need attention first, then by the names of their premises."""
    first = case(
        (Panel.state == "silent", "0"), (Panel.state == "overdue", "1"), (Panel.state == "never", "2"),
        (Panel.state == "off", "5"), (_in_test(running), "3"), else_="4",
    )  # fmt: skip
    return first + func.lower(Premises.name)


def tests_of(panel: Panel, running: Running) -> list[TestMode]:
    """The tests that cover what the panel says, or a zone of it."""
    there = (test for test in running if test.premises_id == panel.premises_id)
    return [test for test in there if test.zone is None or test.zone.panel_id == panel.id]


def last_said(listed: Sequence[Panel]) -> dict[UUID, PanelEvent]:
    """The last event of each of these panels, by id."""
    said = aliased(PanelEvent)
    newest = select(said.id).where(said.panel_id == Panel.id).order_by(said.received_at.desc()).limit(1)
    events = (
        select(PanelEvent)
        .join(Panel, PanelEvent.id == newest.correlate(Panel).scalar_subquery())
        .where(Panel.id.in_([panel.id for panel in listed]))
    )
    return {event.panel_id: event for event in db.session.scalars(events)}


def _in_test(running: Running) -> ColumnElement[bool]:
    return or_(
        Panel.premises_id.in_([test.premises_id for test in running if test.zone is None]),
        Panel.id.in_([test.zone.panel_id for test in running if test.zone]),
    )
