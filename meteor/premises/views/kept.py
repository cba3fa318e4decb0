"""The premises of a request, if they are the user's."""

from flask import abort, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.premises import blueprint, rules
from meteor.premises.models import Premises


def kept(premises_id: int) -> Premises:
    """The premises, if the user belongs to them; otherwise 404."""
    return rules.find(current_user, premises_id) or abort(404)


def home_of(premises: Premises) -> str:
    """The address of the premises' page for the user."""
    page = "premises.edit_premises" if current_user.has("admin") else "premises.premises"
    return url_for(page, premises_id=premises.id)


@blueprint.app_template_global()
def way_to(premises: Premises) -> list[tuple[str, str]]:
    """The breadcrumbs of a page below the premises: the user's list, unless they have only these, and the premises."""
    return [*way_to_list(), (home_of(premises), premises.name)]


@blueprint.app_template_global()
def way_to_list() -> list[tuple[str, str]]:
    """The breadcrumb of the user's list of premises; none for a business with a single one."""
    if current_user.has("admin"):
        return [(url_for("premises.all_premises"), _("Premises"))]
    return [(url_for("premises.index"), _("My premises"))] if rules.owns_several(current_user) else []
