"""How notices name an incident: priority, type and place, unless it is silent or confidential."""

from collections.abc import Collection
from textwrap import shorten

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from meteor.incidents.labels import short_place
from meteor.incidents.models import Incident
from meteor.store.database import db

LONGEST_PLACE = 80
"""Number of characters of a place in a notice, which a lock screen shows."""


def names(numbers: Collection[str]) -> dict[str, str]:
    """Names of the incidents with these numbers, by number, of those that may be named."""
    query = select(Incident).where(Incident.number.in_(numbers))
    found = db.session.scalars(query.options(joinedload(Incident.rt), joinedload(Incident.premises))).unique()
    return {incident.number: name(incident) for incident in found if not (incident.silent or incident.confidential)}


def name(incident: Incident) -> str:
    """Name the incident in the reader's language."""
    kind = getattr(incident.type, f"name_{get_locale()}")
    place = shorten(short_place(incident), LONGEST_PLACE, placeholder="…") or _("Place unknown")
    mistake = f" ({_('The reporter says: it was a mistake')})" if incident.cancelled == "mistake" else ""
    return f"P{incident.priority} {kind}, {place}{mistake}"
