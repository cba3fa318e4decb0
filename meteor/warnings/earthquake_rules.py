"""Earthquakes as they are stored: one for all lists, updated when BMKG revises it, cancelled when it is not ours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from meteor import geo
from meteor.store.database import db
from meteor.warnings import rules
from meteor.warnings.areas import City
from meteor.warnings.earthquake_messages import SENDER, SHAKEN, TSUNAMI, effect, message
from meteor.warnings.earthquakes import Earthquake
from meteor.warnings.models import HazardWarning

SAME_TIME = timedelta(seconds=60)
SAME_PLACE = 100_000.0
"""Metres. Two entries within SAME_TIME and SAME_PLACE are one earthquake: a revision moves it by less."""


def store(quake: Earthquake, at: datetime, feed_id: int | None, city: City) -> Sequence[HazardWarning]:
    """Store what an earthquake means for the city. Returns what is new: about shaking, about a tsunami, or nothing."""
    if not city.kelurahan:
        return []
    known = _known(quake)
    if known:
        quake = quake.completed_by(_earthquake(known[-1]))
    found = effect(quake, city)
    stored = []
    for kind, holds in ((SHAKEN, found.is_felt), (TSUNAMI, found.is_tsunami)):
        before = next((each for each in reversed(known) if each.identifier.startswith(kind)), None)
        stands = before is not None and before.message_type != "Cancel"
        if (holds or stands) and not (before and _is_same(before, quake, kind) and stands == holds):
            said = message(kind, quake, city, before.identifier if before else None)
            new = rules.store(rules.locate(said, city), at, feed_id)
            stored += [new] if new else []
    return stored


def _known(quake: Earthquake) -> Sequence[HazardWarning]:
    """Stored warnings about an earthquake, oldest first."""
    near = select(HazardWarning).where(
        HazardWarning.sender == SENDER, HazardWarning.sent.between(quake.at - SAME_TIME, quake.at + SAME_TIME)
    )
    rows = db.session.scalars(near.order_by(HazardWarning.id))
    return [each for each in rows if each.parameters and _metres(each, quake) <= SAME_PLACE]


def _metres(known: HazardWarning, quake: Earthquake) -> float:
    there = known.parameters
    return geo.metres((there["latitude"], there["longitude"]), (quake.latitude, quake.longitude))


def _earthquake(known: HazardWarning) -> Earthquake:
    facts = known.parameters
    names = ("latitude", "longitude", "depth", "magnitude", "region", "tsunami", "felt")
    return Earthquake(known.sent, **{name: facts[name] for name in names})


def _is_same(known: HazardWarning, quake: Earthquake, kind: str) -> bool:
    """Return whether nothing has changed that the texts of a kind say. Each list says the region in other words.

    Where it was felt comes in many reports, and says nothing of a tsunami.
    """
    before = _earthquake(known)
    facts = ["at", "latitude", "longitude", "depth", "magnitude", "tsunami", *(["felt"] if kind == SHAKEN else [])]
    return all(getattr(before, name) == getattr(quake, name) for name in facts)
