"""Messages that the receiver rehearses before it listens."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import update

from meteor.agencies.models import Unit
from meteor.sas import intake
from meteor.store.database import db

SAID = (
    ("NBA001", True),
    ("NFA001", True),
    ("NBA001/BA002", True),  # a burglary with its second sign, and …
    ("NBA001/FA002", True),  # … one that turns out to be a fire
    ("NBA001", False),
    ("NFA001", False),
)
"""Messages, each with whether its panel has a key. Without one it is unconfirmed: less urgent, and for other units."""


def take_fire_with_nobody_free() -> None:
    """Take an alarm while no unit is in service. The caller rolls all of it back."""
    db.session.execute(update(Unit).values(in_service=False))
    intake.take_for_trial("NFA001", True)


REHEARSED: tuple[Callable[[], None], ...] = (
    *(partial(intake.take_for_trial, *said) for said in SAID),
    take_fire_with_nobody_free,
)
