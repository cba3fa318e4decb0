"""The administrator's page of the adjacent authority."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory import adjacent_authority, blueprint
from meteor.territory.area_forms import AdjacentAuthorityForm
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile


@blueprint.route("/admin/areas/adjacent-authority", methods=["GET", "POST"])
@open_to("admin")
def edit_adjacent_authority() -> Response | str | tuple[str, int]:
    before = adjacent_authority.values_of(adjacent_authority.adjacent_authority())
    form = AdjacentAuthorityForm(request.form or None, data=before)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        adjacent_authority.save(form.data, current_user)
        db.session.commit()
        flash(
            _("The adjacent authority is saved.") if form.name.data else _("No adjacent authority is named any more.")
        )
        return redirect(url_for("territory.kelurahan_list"))
    page = render_template("territory/admin/adjacent_authority.html", form=form, version=version_of(before))
    return page, 422 if form.errors else 200
