"""The RT whose register the user may see."""

from typing import cast
from uuid import UUID

from flask import abort, flash, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict

from meteor.accounts.guesses import network
from meteor.accounts.models import User
from meteor.accounts.views.entry import who
from meteor.residents import cells, register
from meteor.residents.forms import ResidentForm
from meteor.residents.models import Household, Resident
from meteor.territory.models import Rt

Typed = ImmutableMultiDict[str, str]
"""A form as it was sent."""


def leader() -> User:
    """The signed-in user."""
    return cast(User, current_user._get_current_object())


def own_rt() -> Rt:
    """The RT that the signed-in user leads. Without one there is no such page."""
    return register.led_by(leader()) or abort(404)


def own_resident(resident_id: UUID) -> Resident:
    """The resident, if they are of the RT that the signed-in user leads; otherwise there is no such page."""
    return register.resident_of(own_rt(), resident_id, to_change=request.method == "POST") or abort(404)


def own_household(household_id: UUID) -> Household:
    """The household, if it is in the RT that the signed-in user leads; otherwise there is no such page."""
    return register.household_of(own_rt(), household_id, to_change=request.method == "POST") or abort(404)


def named(text: str) -> UUID:
    """The id in a form; 404 for anything else."""
    try:
        return UUID(text)
    except ValueError:
        abort(404)


def mention_foreign(form: ResidentForm) -> None:
    """Say that a NIK was issued elsewhere: it is accepted, but a slip of the finger may look like that."""
    if form.nik.value and not form.nik.value.issued_here:
        flash(_("This NIK was issued outside Kota Probolinggo. That is fine if the person moved here."), "info")


def phone_tried() -> str:
    """The typed phone number in one spelling, for a limit on guesses; empty if it is none."""
    try:
        return cells.phone(cells.line(request.form.get("phone", "")))
    except ValueError:
        return ""


def network_here() -> str:
    """The network that the request comes from."""
    return network(request.remote_addr or "")


def returning(phone: str, password: str) -> User | None:
    """The citizen with this phone number and password: one who tapped twice, or forgot having done this before."""
    user = who(phone, password)
    return user if user and user.role_names <= {"citizen"} else None


def typed() -> Typed | None:
    """The posted form; None without one."""
    return request.form if request.method == "POST" else None
