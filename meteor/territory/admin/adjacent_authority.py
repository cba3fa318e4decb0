"""The administrator's page of the adjacent authority."""

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.territory import adjacent_authority, blueprint
from meteor.territory.area_forms import AdjacentAuthorityForm
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, ready


@blueprint.route("/admin/areas/adjacent-authority", methods=["GET", "POST"])
@open_to("admin")
def edit_adjacent_authority() -> Answer:
    before = adjacent_authority.values_of(adjacent_authority.adjacent_authority())
    form = AdjacentAuthorityForm(request.form or None, data=before)
    if ready(form, before):
        adjacent_authority.save(form.data, current_user)
        saved, removed = _("The adjacent authority is saved."), _("No adjacent authority is named any more.")
        return done(saved if form.name.data else removed, url_for("territory.kelurahan_list"))
    return form_page("territory/admin/adjacent_authority.html", form, before)
