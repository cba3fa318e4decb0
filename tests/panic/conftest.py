"""A city in which the button can be pressed: Agus is on duty near Sari's home, and Sari presses."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.agencies import rules as agencies
from meteor.alerts.models import Alert
from meteor.dispatch.models import Assignment
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser

JSON = {"Accept": "application/json"}
BY_OUR_PAGE = {**JSON, "Sec-Fetch-Site": "same-origin"}
"""What a phone's browser says of a press: the gate takes it. Without the second header Flask does."""

PLACE = {"latitude": str(HOME[0]), "longitude": str(HOME[1]), "accuracy": "12"}

As = Callable[[str], Browser]
Raised = Callable[..., Alert]


@pytest.fixture
def agus_is_on_duty(cast: Cast) -> None:
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    db.session.commit()


@pytest.fixture
def raised(as_user: As) -> Callable[..., Alert]:
    """`raised(kind="fire")` is an alert that Sari has just raised."""

    def raise_(who: str = "sari", address: str = "/alerts", **fields: Any) -> Alert:
        answer = press(as_user(who), address, **PLACE | fields)
        return the_alert(UUID(answer.json["id"]))

    return raise_


def press(browser: Browser, address: str = "/alerts", **fields: Any) -> TestResponse:
    return browser.post(address, data={"id": str(uuid4())} | fields, headers=BY_OUR_PAGE, csrf=address != "/alerts")


def the_alert(alert_id: UUID) -> Alert:
    db.session.rollback()
    return db.session.get_one(Alert, alert_id)


def all_alerts() -> list[Alert]:
    db.session.rollback()
    return list(db.session.scalars(select(Alert).order_by(Alert.received_at)))


def the_offer() -> Assignment:
    return db.session.scalars(select(Assignment).order_by(Assignment.id.desc())).first()
