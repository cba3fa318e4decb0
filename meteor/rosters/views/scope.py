"""The agency that a page of rosters is about, and what can be planned there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from meteor.agencies import fleet
from meteor.agencies.membership import agency_of
from meteor.agencies.models import Agency, Unit
from meteor.rosters.models import ShiftType
from meteor.rosters.months import Month
from meteor.rosters.overview import numbers_of_officers
from meteor.store.database import db
from meteor.store.moments import today

_LAST = "roster_agency"
"""The session's name of the code of the agency whose roster was asked for last."""


def agency_or_404() -> Agency:
    """The agency that `agency` of the query names by its code, or 404."""
    return db.session.scalar(select(Agency).where(Agency.code == request.args.get("agency", ""))) or abort(404)


def agency_shown() -> tuple[Agency | None, Sequence[Agency]]:
    """The agency of the query, else the one shown last, else the reader's own or the largest; and all agencies by name.

    404 for one that does not exist. The browser's session remembers which was asked for.
    """
    agencies = fleet.agencies()
    asked = request.args.get("agency")
    if asked:
        shown = next((one for one in agencies if one.code == asked), None) or abort(404)
        session[_LAST] = shown.code
        return shown, agencies
    own = agency_of(current_user)
    wanted = (session.get(_LAST), own.code if own else None)
    known = next((one for code in wanted for one in agencies if one.code == code), None)
    return known or _largest(agencies), agencies


def _largest(agencies: Sequence[Agency]) -> Agency | None:
    """The agency with the most officers; the first by name of several."""
    officers = numbers_of_officers()
    return max(agencies, key=lambda one: officers.get(one.id, 0), default=None)


def shift_types(agency: Agency, *, also: int | None = None) -> Sequence[ShiftType]:
    """The shift types that are offered, by start; `also` the one with this id."""
    offered = ShiftType.active | (ShiftType.id == also) if also else ShiftType.active
    return db.session.scalars(
        select(ShiftType).where(ShiftType.agency_id == agency.id, offered).order_by(ShiftType.starts, ShiftType.code)
    ).all()


def units(agency: Agency, *, also: int | None = None) -> Sequence[Unit]:
    """The units in service, by call sign; `also` the one with this id."""
    offered = Unit.in_service | (Unit.id == also) if also else Unit.in_service
    return db.session.scalars(select(Unit).where(Unit.agency_id == agency.id, offered).order_by(Unit.call_sign)).all()


def day_asked(name: str = "day") -> date | None:
    """The day of this name in the query; None without one."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def month_asked() -> Month:
    """The month of the query, the present one without it; 422 with the field's name for a text that is no month."""
    text = request.args.get("month")
    try:
        return Month.read(text) if text else Month.of(today())
    except ValueError:
        abort(422, ": ".join((_("Month"), _("Give a month, such as 2026-11."))))


def month_page(agency: Agency, day: date, user_id: int | None = None) -> str:
    """The address of the month that a day lies in, at the row of an officer."""
    anchor: dict[str, Any] = {"_anchor": f"officer-{user_id}"} if user_id else {}
    return url_for("rosters.month", agency=agency.code, month=str(Month.of(day)), **anchor)
