"""What every page about premises asks first: whose they are."""

from flask import abort, url_for
from flask_login import current_user

from meteor.premises import rules
from meteor.premises.models import Premises
from meteor.store.database import reading, serialise


def kept(premises_id: int) -> Premises:
    """The premises as they are now, if whoever is signed in keeps them; otherwise there is no such page.

    A request that may write keeps other writers out until it ends.
    """
    if not reading.get():
        serialise()
    return rules.find(current_user, premises_id) or abort(404)


def home_of(premises: Premises) -> str:
    """The address of the premises' own page for whoever is signed in."""
    page = "premises_admin.premises" if "admin" in current_user.role_names else "premises.premises"
    return url_for(page, premises_id=premises.id)
