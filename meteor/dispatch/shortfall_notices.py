"""The dispatchers' notice that no unit is left: what, where, and which units are missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Row, select

from meteor.dispatch.facts import State
from meteor.incidents import notice_subjects
from meteor.incidents.models import Incident
from meteor.incidents.shortfall import Gap
from meteor.notices import rules as notices
from meteor.protocols.roles import Role, roles
from meteor.store.database import db

_LANGUAGES = ("id", "en")


def tell(state: State, gaps: Sequence[Gap], at: datetime) -> None:
    """Tell the dispatchers that no unit is left for these gaps; a notice that was acknowledged rings again.

    It takes the place of the notice that nobody has accepted.
    """
    notices.acknowledge_all(f"unaccepted:{state.id}:dispatcher", None, at)
    kind, detail = _said(state, gaps)
    url = f"/incidents/{state.number}"
    if kind == "nobody_left":
        notices.tell_anew(_key(state.id), "nobody_left", url, role="dispatcher", **detail)
    else:
        notices.tell_anew(_key(state.id), "nobody_left_at", url, role="dispatcher", **detail)


def correct(state: State, gaps: Sequence[Gap]) -> None:
    """Bring an open notice in line with what the incident is now; it does not ring again."""
    rings = ringing(state.id)
    if rings is None:
        return
    kind, detail = _said(state, gaps)
    if (rings.kind, rings.detail) != (kind, detail):
        notices.correct(_key(state.id), kind, **detail)


def ringing(incident_id: int) -> Row[Any] | None:
    """Kind and detail of the incident's notice; None where none rings."""
    return notices.ringing(_key(incident_id))


def _said(state: State, gaps: Sequence[Gap]) -> tuple[str, dict[str, Any]]:
    """The kind of the notice and its detail: of a silent or confidential incident its number alone."""
    fresh = select(Incident).where(Incident.id == state.id).execution_options(populate_existing=True)
    incident = db.session.scalars(fresh).unique().one()
    if incident.silent or incident.confidential:
        return "nobody_left", {"number": state.number}
    what, units, role = {}, {}, roles()
    for language in _LANGUAGES:
        with force_locale(language):
            what[language] = notice_subjects.name(incident)
            units[language] = ", ".join(_unit(role(incident.type_id, gap.capability), language) for gap in gaps)
    return "nobody_left_at", {"number": state.number, "incident": what, "units": units}


def _unit(role: Role, language: str) -> str:
    """The role of a missing unit, as within a sentence."""
    name: str = getattr(role, f"name_{language}")
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _key(incident_id: int) -> str:
    return f"nobody_left:{incident_id}:dispatcher"
