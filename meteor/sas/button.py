"""The silent button of a business: a press is an alarm of its premises, a test sends no unit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.alerts import reading
from meteor.alerts import rules as alerts
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import Receipt
from meteor.geo import metres
from meteor.incidents import escalation, timeline
from meteor.incidents.models import Incident
from meteor.premises.models import Premises, PremisesUser
from meteor.premises.rules import owned_by
from meteor.sas import consequences, monthly, raising, testing
from meteor.sas.labels import SIGNS
from meteor.store.database import db

SHOWN = timedelta(minutes=30)
"""Time for which the button's page confirms a press."""

NEAR = 300.0
"""Metres around premises within which a phone counts as there, or more where its fix is less accurate than that."""


def places_of(user: User) -> Sequence[Premises]:
    """The premises that `user` may raise an alarm for, by name."""
    return db.session.scalars(owned_by(user).order_by(Premises.name)).all()


def press(user: User, fields: reading.Given, at: datetime) -> Receipt:
    """Store a press of the silent button, whatever its form (rule 2). In test it sends no unit.

    `premises` in the form is the id of where it was pressed. What is wrong there is flagged, and those of theirs taken
    that the phone is at, or the first if nobody knows where it is. Whose phone is at none, or who has none any more, is
    helped where their phone is.
    """
    incoming = reading.incoming_alert(fields, user.id)
    premises, flags = _where(user, str(fields.get("premises", "")), incoming)
    tested = premises is not None and testing.in_test(premises.id, None, at) is not None
    incoming = replace(incoming, source="sas", silent=True, drill=tested, flags=[*incoming.flags, *flags])
    if premises is None:
        return _without_premises(incoming, at)
    receipt = raising.receive(incoming, consequences.of("hold_up"), premises, at)
    if keeper := db.session.get(PremisesUser, (premises.id, user.id)):
        keeper.tested_at = keeper.tested_at or at  # it has arrived
    if receipt.first and tested:
        testing.note_arrival(premises, at)
    elif receipt.first:
        _say_where_the_phone_is(incoming, receipt, premises, at, user)
    return receipt


def try_out(user: User, premises: Premises, fields: reading.Given, at: datetime) -> Receipt:
    """Store a test of the button: it takes the way of a press, sends no unit, and counts as the month's test."""
    incoming = replace(reading.incoming_alert(fields, user.id, drill=True), source="sas", silent=True)
    receipt = raising.receive(incoming, consequences.of("hold_up"), premises, at)
    if receipt.first:
        monthly.note(premises, monthly.BUTTON, user, at)
        keeper = keeper_of(user, premises)
        keeper.tested_at = keeper.tested_at or at
    return receipt


def keeper_of(user: User, premises: Premises) -> PremisesUser:
    """Return the row of `user` at premises for which they may raise an alarm."""
    return db.session.get_one(PremisesUser, (premises.id, user.id))


def marks(keeper: PremisesUser) -> dict[str, str]:
    """The marks in the corner of the button's page, by sign; the keeper's own word for "ready", if they chose one."""
    return SIGNS | ({"ready": keeper.ready_word} if keeper.ready_word else {})


def sign(user: User, premises: Premises, at: datetime) -> str:
    """The status in the corner of the button's page, one of labels.SIGNS: test, arrived, untested or ready."""
    if testing.in_test(premises.id, None, at):
        return "test"
    arrived = (
        select(Alert.id)
        .join(Alert.incident)
        .where(
            Alert.reporter_id == user.id, Alert.source == "sas", ~Alert.drill, Alert.received_at > at - SHOWN,
            Alert.premises_id == premises.id, Incident.is_open,
        )
    )  # fmt: skip
    if db.session.scalar(arrived.limit(1)):
        return "arrived"
    return "ready" if keeper_of(user, premises).tested_at else "untested"


def sign_of(receipt: Receipt) -> str:
    """The status after a press: arrived, or test."""
    return "test" if db.session.get_one(Alert, receipt.id).drill else "arrived"


def last_test(user: User, premises: Premises) -> Alert | None:
    """The newest test of the button that `user` made there."""
    made = select(Alert).where(
        Alert.reporter_id == user.id, Alert.source == "sas", Alert.drill, Alert.premises_id == premises.id
    )
    return db.session.scalar(made.order_by(Alert.received_at.desc()).limit(1))


def _where(user: User, said: str, incoming: IncomingAlert) -> tuple[Premises | None, list[str]]:
    """The premises that are meant, and what is doubtful about it."""
    theirs = places_of(user)
    meant = next((premises for premises in theirs if str(premises.id) == said), None)
    if meant:
        return meant, []
    if len(theirs) == 1 and not said:
        return theirs[0], []
    there = _there(theirs, incoming)
    return there, ["premises_guessed" if there else "no_premises"]


def _there(theirs: Sequence[Premises], incoming: IncomingAlert) -> Premises | None:
    """The premises nearest to the phone; the first without a position."""
    if incoming.latitude is None or incoming.longitude is None:
        return next(iter(theirs), None)
    here = (incoming.latitude, incoming.longitude)
    away = {metres(here, (each.latitude, each.longitude)): each for each in theirs}
    nearest = min(away, default=inf)
    return away[nearest] if nearest <= max(NEAR, incoming.accuracy or 0.0) else None


def _without_premises(incoming: IncomingAlert, at: datetime) -> Receipt:
    said = consequences.of("hold_up")
    incoming = replace(incoming, kind=said.kind, type_id=said.type.id, priority=said.type.priority)
    receipt = alerts.receive(incoming, at)
    if receipt.first:
        escalation.start(raising.of_alert(receipt).id, at)
    return receipt


def _say_where_the_phone_is(
    incoming: IncomingAlert, receipt: Receipt, premises: Premises, at: datetime, user: User
) -> None:
    """The incident is at the premises; where the phone is stands beside it."""
    if incoming.latitude is None or incoming.longitude is None:
        return
    here = (incoming.latitude, incoming.longitude)
    timeline.record(
        raising.of_alert(receipt).id, "phone_at", at, user, latitude=incoming.latitude, longitude=incoming.longitude,
        accuracy=incoming.accuracy, away=metres(here, (premises.latitude, premises.longitude)),
    )  # fmt: skip
