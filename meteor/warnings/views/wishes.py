"""The page on which a citizen chooses the least severity of notices."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import RESIDENTS
from meteor.residents.sign_ups import home_of
from meteor.store.database import db
from meteor.warnings import blueprint
from meteor.warnings.forms import WishForm
from meteor.warnings.wishes import set_wish, wish_of
from meteor.web.access import open_to


@blueprint.route("/warnings/wishes", methods=["GET", "POST"])
@open_to(*RESIDENTS)
def wishes() -> str | Response | tuple[str, int]:
    """The form of the least severity of notices about the citizen's kelurahan."""
    if request.method == "GET":
        return _page(WishForm(least=wish_of(current_user)))
    form = WishForm(request.form)
    if not form.validate():
        return _page(form), 422
    set_wish(current_user, form.least.data)
    db.session.commit()
    flash(_("Your choice is kept."))
    return redirect(url_for("warnings.wishes"), 303)


def _page(form: WishForm) -> str:
    return render_template("warnings/wishes.html", form=form, home=home_of(current_user))
