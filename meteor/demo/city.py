"""The demo city: filled once, into an empty database, and recognised afterwards."""

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.agencies.models import Agency
from meteor.demo import areas, broadcasts, calls, evacuation, hazards, premises, residents, rosters, services, warnings
from meteor.demo.people import ACCOUNTS, Register
from meteor.protocols.models import IncidentType
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.models import Landmark, Rw


class NotEmpty(Exception):
    """There is something in the database already."""


def fill() -> None:
    """Build the demo city. Raises NotEmpty, and then has touched nothing."""
    if any(db.session.scalar(select(model).limit(1)) for model in (User, Agency, IncidentType, Landmark, Rw)):
        raise NotEmpty
    register, at = Register(), now()
    areas.build()
    evacuation.build()
    services.build()
    residents.build(register, at)
    for account in ACCOUNTS:
        if not account.unit and "citizen" not in account.roles:
            register.account(account.username, account.name, account.roles)
    premises.build(register)
    services.begin_duty(register, at)
    rosters.build(at)
    calls.build(register, at)
    hazards.build(register, at)
    warnings.build(at)
    broadcasts.build(at)
    audit.record(None, audit.DEMO, "city:demo")
