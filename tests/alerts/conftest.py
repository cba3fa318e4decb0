"""Neighbours who may be rung, and a scheduler that rings them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from meteor.residents import helping
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.neighbours import mark, resident
from tests.cast import HOME, Cast


@pytest.fixture
def scheduler(app: Flask) -> Callable[..., None]:
    """See to the outbox, as the scheduler does a second later."""
    (delivery,) = (job for job in app.config["JOBS"] if job.name == "outbox.delivery")

    def see_to(later: timedelta = timedelta(seconds=1)) -> None:
        db.session.commit()
        while delivery.run(now() + later):
            pass

    return see_to


@pytest.fixture
def willing(cast: Cast) -> None:
    """Wahyu lives some 55 m from Sari, is verified there and agreed to help; fires ring the neighbours."""
    person = resident(cast.wahyu)
    person.verified_at, person.household.latitude, person.household.longitude = now(), HOME[0] + 0.0005, HOME[1]
    helping.agree(cast.wahyu, now())
    mark(cast, "fire")
    db.session.commit()
