"""Ringing the neighbours: who is told of a press, and when nobody may be."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.rules import receive
from meteor.dispatch import rules
from meteor.notices.models import Notice
from meteor.residents.models import Household, Resident
from meteor.scheduler.delivery import deliver
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.work import TOO_OLD, Handler
from tests.cast import Cast
from tests.scheduler.conftest import Press

NEXT_DOOR = {"latitude": -7.7357, "longitude": 113.2186}
FAR_AWAY = {"latitude": -7.80, "longitude": 113.30}


@pytest.fixture
def handlers(app: Flask) -> Mapping[str, Handler]:
    """Those of the house: what its outbox job was made with."""
    (delivery,) = (job for job in app.config["JOBS"] if job.name == "outbox.delivery")
    handlers: Mapping[str, Handler] = delivery.run.args[0]
    return handlers


def rung(handlers: Mapping[str, Handler], later: timedelta = timedelta(seconds=1)) -> set[str]:
    """Who was rung, once the outbox has been seen to."""
    deliver(handlers, now() + later)
    query = select(User.username).join(Notice, Notice.user_id == User.id).where(Notice.kind == "neighbourhood")
    return set(db.session.scalars(query))


def test_the_leader_of_the_reporters_rt_is_rung(press: Press, handlers: Mapping[str, Handler]) -> None:
    press("sari")
    assert rung(handlers) == {"endang"}


def test_who_is_a_leader_no_more_is_not_rung(cast: Cast, press: Press, handlers: Mapping[str, Handler]) -> None:
    cast.endang.roles = []
    press("sari")
    assert rung(handlers) == set()


def test_a_leader_who_said_that_they_do_not_live_there_is_not_rung(
    cast: Cast, press: Press, handlers: Mapping[str, Handler]
) -> None:
    resident = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    resident.rejected_at, resident.rejection = now(), "Tidak tinggal di sini"
    press("sari", **NEXT_DOOR)
    assert rung(handlers) == {"slamet"}


def test_both_are_rung_when_it_happens_in_another_rt(press: Press, handlers: Mapping[str, Handler]) -> None:
    press("sari", **NEXT_DOOR)
    assert rung(handlers) == {"endang", "slamet"}


def test_far_from_every_rt_only_the_homes_leader_is_rung(press: Press, handlers: Mapping[str, Handler]) -> None:
    press("sari", **FAR_AWAY)
    assert rung(handlers) == {"endang"}


def test_a_caller_whom_nobody_knows_rings_only_where_it_happens(cast: Cast, handlers: Mapping[str, Handler]) -> None:
    home = Household(rt=cast.rt(3), address="Jl. Ikan Paus 9")
    db.session.add(Resident(household=home, name="Mbah Surti"))  # who has no account
    receive(IncomingAlert(uuid4(), "call", "fire", None, **NEXT_DOOR), now())
    db.session.commit()
    assert rung(handlers) == {"slamet"}


def test_nobody_is_rung_twice(press: Press, handlers: Mapping[str, Handler]) -> None:
    press("sari")
    rung(handlers)
    rung(handlers, timedelta(hours=2))
    assert len(db.session.scalars(select(Notice).where(Notice.kind == "neighbourhood")).all()) == 1


def test_a_leader_is_not_rung_about_themself(press: Press, handlers: Mapping[str, Handler]) -> None:
    press("endang")
    assert rung(handlers) == set()


def test_a_leader_whose_account_is_disabled_is_not_rung(
    press: Press, cast: Cast, handlers: Mapping[str, Handler]
) -> None:
    cast.endang.active = False
    press("sari")
    assert rung(handlers) == set()


@pytest.mark.parametrize("given", [{"silent": True}, {"kind": "domestic_violence"}, {"drill": True}])
def test_nobody_is_rung_for(press: Press, handlers: Mapping[str, Handler], given: dict[str, Any]) -> None:
    press("sari", **given)
    assert rung(handlers) == set()


@pytest.mark.both_databases
def test_nobody_is_rung_when_it_turned_out_to_be_domestic_violence(
    press: Press, cast: Cast, handlers: Mapping[str, Handler]
) -> None:
    incident = press("sari")
    incident.type_id = cast.incident_type("domestic_violence").id
    assert rung(handlers) == set()


def test_nobody_is_rung_for_what_is_over(press: Press, cast: Cast, handlers: Mapping[str, Handler]) -> None:
    rules.close(press("sari"), "helped", "", now(), cast.komang)
    assert rung(handlers) == set()


def test_after_more_than_an_hour_the_dispatchers_are_told_instead(
    press: Press, handlers: Mapping[str, Handler]
) -> None:
    press("sari")
    assert rung(handlers, TOO_OLD + timedelta(minutes=1)) == set()
    missed = db.session.scalars(select(Notice.role).where(Notice.kind == "deadline_missed"))
    assert list(missed) == ["dispatcher"]
