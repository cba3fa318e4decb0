"""The administrator's page about who takes over outside the city."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory import neighbours
from meteor.territory.area_forms import NeighbourForm
from meteor.web.edits import changed_meanwhile
from meteor.web.gates import open_to

blueprint = Blueprint("neighbour_admin", __name__, url_prefix="/admin/areas/neighbour")


@blueprint.route("", methods=["GET", "POST"])
@open_to("admin")
def neighbour() -> Response | str | tuple[str, int]:
    before = neighbours.neighbour_values(neighbours.neighbour())
    form = NeighbourForm(request.form or None, data=before)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        neighbours.save_neighbour(form.data, current_user)
        db.session.commit()
        flash(_("The neighbour is saved.") if form.name.data else _("No neighbour is named any more."))
        return redirect(url_for("areas_admin.kelurahan_list"))
    page = render_template("territory/admin/neighbour.html", form=form, version=version_of(before))
    return page, 422 if form.errors else 200
