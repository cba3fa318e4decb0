"""How a notice names an incident: priority, type and place, unless it is silent or confidential."""

from textwrap import shorten

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from meteor.incidents.labels import short_place
from meteor.incidents.models import Incident
from meteor.store.database import db

LONGEST_PLACE = 80
"""Number of characters of a place in a notice, which a lock screen shows."""


def find(number: str) -> str:
    """Name the incident with this number; empty where there is none, or none that may be named."""
    incident = db.session.scalars(select(Incident).where(Incident.number == number)).unique().one_or_none()
    return name(incident) if incident else ""


def name(incident: Incident) -> str:
    """Name the incident in the reader's language; empty where it is silent or confidential."""
    if incident.silent or incident.confidential:
        return ""
    kind = getattr(incident.type, f"name_{get_locale()}")
    place = shorten(short_place(incident), LONGEST_PLACE, placeholder="…") or _("Place unknown")
    mistake = f" ({_('The reporter says: it was a mistake')})" if incident.cancelled == "mistake" else ""
    return f"P{incident.priority} {kind}, {place}{mistake}"
