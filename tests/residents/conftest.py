"""What the tests of the register stand on."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.web.throttle import limiter
from tests.cast import Cast
from tests.conftest import Browser
from tests.phones import phones as phones

PASSWORD = "tiga kata mudah"

on_one_database = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""For what is about texts and doors alone: once is enough."""


@pytest.fixture(autouse=True)
def forget_attempts(app: Flask) -> None:
    limiter.reset()


@pytest.fixture
def endang(as_user: Callable[[str], Browser]) -> Browser:
    """The browser of Bu Endang, who leads RT 03."""
    return as_user("endang")


@pytest.fixture
def slamet(as_user: Callable[[str], Browser]) -> Browser:
    """The browser of Pak Slamet, who leads RT 04."""
    return as_user("slamet")


@pytest.fixture
def nobody(as_user: Callable[[str], Browser]) -> Browser:
    """The browser of somebody who has not signed in."""
    return as_user("")


@pytest.fixture
def sari(cast: Cast) -> Resident:
    """Sari as the register of RT 03 knows her, verified."""
    return of("Sari Wulandari")


@pytest.fixture
def karto(cast: Cast) -> Resident:
    """Pak Karto, who signed up for RT 03 and is not verified."""
    return of("Karto Suwiryo")


@pytest.fixture
def wahyu(cast: Cast) -> Resident:
    """Wahyu, who signed up for RT 04."""
    return of("Wahyu Hidayat")


def of(name: str) -> Resident:
    """The newest resident of this name, as the database has them now."""
    db.session.expire_all()
    newest = select(Resident).where(Resident.name == name).order_by(Resident.created_at.desc(), Resident.id)
    return db.session.scalars(newest).unique().first() or pytest.fail(f"no resident is called {name}")


def actions(subject: str = "") -> list[str]:
    """What the audit log says was done, oldest first, to one subject or to all."""
    query = select(AuditEntry.action).order_by(AuditEntry.id)
    return list(db.session.scalars(query.where(AuditEntry.subject == subject) if subject else query))
