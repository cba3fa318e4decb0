"""The premises of a request, if they are the user's."""

from flask import abort, url_for
from flask_login import current_user

from meteor.premises import rules
from meteor.premises.models import Premises


def kept(premises_id: int) -> Premises:
    """The premises, if the user belongs to them; otherwise 404."""
    return rules.find(current_user, premises_id) or abort(404)


def home_of(premises: Premises) -> str:
    """The address of the premises' page for the user."""
    page = "premises.edit_premises" if current_user.has("admin") else "premises.premises"
    return url_for(page, premises_id=premises.id)
