"""The administrator's pages about the places that people know."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory import areas, blueprint
from meteor.territory.area_forms import LandmarkForm
from meteor.territory.gazetteer import search
from meteor.territory.labels import LANDMARK_KINDS
from meteor.territory.models import Landmark
from meteor.territory.rules import locate
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


@blueprint.get("/admin/areas/landmarks")
@open_to("admin")
def landmarks() -> str:
    page = listing(select(Landmark), sorts={"name": Landmark.name}, search=(Landmark.name, Landmark.aliases))
    return render_template("territory/admin/landmarks.html", page=page, locate=locate, kinds=LANDMARK_KINDS)


@blueprint.get("/admin/areas/landmarks/search")
@open_to("admin")
def try_search() -> str:
    """Search results of call-takers for the query's `q`."""
    text = request.args.get("q", "")
    return render_template("territory/admin/trial.html", text=text, hits=search(text))


@blueprint.route("/admin/areas/landmarks/new", methods=["GET", "POST"])
@open_to("admin")
def new_landmark() -> Answer:
    return _edit(Landmark(), LandmarkForm(request.form))


@blueprint.route("/admin/areas/landmarks/<int:landmark_id>", methods=["GET", "POST"])
@open_to("admin")
def landmark(landmark_id: int) -> Answer:
    known = get_or_404(Landmark, landmark_id)
    return _edit(known, LandmarkForm(request.form or None, data=areas.landmark_values(known)))


@blueprint.post("/admin/areas/landmarks/<int:landmark_id>/removal")
@open_to("admin")
def remove_landmark(landmark_id: int) -> Answer:
    known = get_or_404(Landmark, landmark_id)
    areas.remove_landmark(known, current_user)
    db.session.commit()
    flash(_("%(name)s is removed.", name=known.name))
    return redirect(url_for(".landmarks"))


def _edit(known: Landmark, form: LandmarkForm) -> Answer:
    before = areas.landmark_values(known) if known.id else {}
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        try:
            areas.save_landmark(known, form.data, current_user)
        except areas.NotUnique:
            form.name.errors = [*form.name.errors, _("Another place is called so.")]
        else:
            db.session.commit()
            flash(_("%(name)s is saved.", name=known.name))
            if not locate(known.latitude, known.longitude).inside:
                flash(_("It lies outside the city. Are latitude and longitude right?"), "warning")
            return redirect(url_for(".landmarks"))
    page = render_template("territory/admin/landmark.html", known=known, form=form, version=version_of(before))
    return page, 422 if form.errors else 200
