"""A press of Sari's, and crews to answer it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from meteor.agencies import rules as agencies
from meteor.alerts.rules import IncomingAlert, receive
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast

Press = Callable[..., Incident]


@pytest.fixture
def crews(cast: Cast) -> None:
    """Agus is on TRAIL-01, 160 m from Sari's door, Bayu on TRAIL-02, 700 m away."""
    agencies.start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    agencies.start_duty(cast.bayu, cast.unit("TRAIL-02"), now())
    db.session.commit()


@pytest.fixture
def press(cast: Cast) -> Press:
    """`press()` is Sari's, at her door; other reporters, kinds and moments by name."""

    def by(who: str = "sari", at: datetime | None = None, **given: Any) -> Incident:
        incoming = {
            "id": uuid4(),
            "source": "panic",
            "kind": "emergency",
            "latitude": HOME[0],
            "longitude": HOME[1],
        } | given
        receipt = receive(IncomingAlert(reporter_id=getattr(cast, who).id, **incoming), at or now())
        db.session.commit()
        return db.session.scalars(select(Incident).where(Incident.number == receipt.number)).one()

    return by
