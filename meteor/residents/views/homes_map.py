"""The homes of the RT on a map: which of them have no position yet, and where they are."""

import re
from uuid import UUID

from flask import render_template, request
from flask_babel import gettext as _

from meteor.residents import blueprint, cells, register, rules
from meteor.residents.models import Household
from meteor.residents.rules import Position
from meteor.residents.views.own import leader, own_household, own_rt
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory.forms import PointForm
from meteor.web.access import open_to
from meteor.web.edits import SEEN

_HOUSE_NUMBER = re.compile(r"[0-9]+\s?[A-Za-z]?$")


@blueprint.get("/residents/map")
@open_to("rt_leader")
def homes_map() -> str:
    """The RT's map. The query's `home` is chosen from the start, else the first home without a position."""
    return render_template("residents/map.html", rt=own_rt(), **_homes(request.args.get("home", "")))


@blueprint.post("/households/<uuid:household_id>/position")
@open_to("rt_leader")
def place_household(household_id: UUID) -> tuple[str, int]:
    """Store a home's position, and answer with what became of it and the homes as they are now.

    422 if the position is none or outside of the city, 409 if the home's position changed meanwhile.
    """
    home, form = own_household(household_id), PointForm(request.form)
    if request.form.get(SEEN) != _version(home):
        said = _("The position of %(home)s has been set meanwhile. Check it on the map.", home=_name(home))
        return _said(said, home, 409)
    if not form.validate() or not cells.in_city(form.latitude.data, form.longitude.data):
        said = _(
            "This point is outside of Kota Probolinggo. Tap inside the city's border, in %(rt)s.", rt=own_rt().label
        )
        return _said(said, home, 422)
    accuracy = cells.accuracy(request.form.get("accuracy", ""))
    rules.edit_household(home, home.address, Position(form.latitude.data, form.longitude.data, accuracy), leader())
    db.session.commit()
    return _said(_("The position of %(home)s is saved.", home=_name(home)), home, 200)


def _said(words: str, home: Household, status: int) -> tuple[str, int]:
    """Return the answer about a home's position; after success the next home is chosen."""
    chosen = str(home.id) if status == 422 else ""
    page = render_template("residents/_map_homes.html", said=words, home=home, ok=status == 200, **_homes(chosen, home))
    return page, status


def _homes(chosen: str, after: Household | None = None) -> dict[str, object]:
    """Return the values of the map's templates.

    Chosen is the home with this id, or the next without a position `after` a home.
    """
    homes = register.households(own_rt())
    unplaced = [home for home in homes if home.latitude is None]
    named = [home for home in homes if str(home.id) == chosen]
    following = [home for home in unplaced if after and home.address_key > after.address_key]
    return {
        "unplaced": unplaced, "placed": [home for home in homes if home.latitude is not None],
        "chosen": next(iter([*named, *following, *unplaced]), None),
        "name": _name, "number": _house_number, "version": _version,
    }  # fmt: skip


def _name(home: Household) -> str:
    """The address; without one, who lives there."""
    if home.address:
        return home.address
    lives = [one.name for one in home.residents if one.state != "moved_out"]
    return _("Home of %(name)s", name=lives[0]) if lives else _("No address yet")


def _house_number(home: Household) -> str:
    """The number at the end of the address, as a mark's label; a street's name is too long for a map of houses."""
    found = _HOUSE_NUMBER.search(home.address)
    return found[0] if found else ""


def _version(home: Household) -> str:
    return version_of({"position": cells.spelled(home)})
