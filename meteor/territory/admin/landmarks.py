"""The administrator's pages about the places that people know."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from meteor.store import audit
from meteor.territory import areas, blueprint
from meteor.territory.area_forms import LandmarkForm
from meteor.territory.gazetteer import search
from meteor.territory.labels import LANDMARK_KINDS
from meteor.territory.models import Landmark
from meteor.territory.rules import locate
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready
from meteor.web.lists import listing


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
    return _edit(Landmark(kind="other"))


@blueprint.route("/admin/areas/landmarks/<int:landmark_id>", methods=["GET", "POST"])
@open_to("admin")
def landmark(landmark_id: int) -> Answer:
    return _edit(get_or_404(Landmark, landmark_id))


@blueprint.post("/admin/areas/landmarks/<int:landmark_id>/removal")
@open_to("admin")
def remove_landmark(landmark_id: int) -> Answer:
    known = get_or_404(Landmark, landmark_id)
    areas.remove_landmark(known, current_user)
    return done(_("%(name)s is removed.", name=known.name), url_for(".landmarks"))


def _edit(known: Landmark) -> Answer:
    form = LandmarkForm(request.form, known)
    if ready(form, form.before):
        audit.save(known, "landmark", form.data, current_user)
        answer = done(_("%(name)s is saved.", name=known.name), url_for(".landmarks"))
        if not locate(known.latitude, known.longitude).inside:
            flash(_("It lies outside the city. Are latitude and longitude right?"), "warning")
        return answer
    return form_page("territory/admin/landmark.html", form, form.before, known=known)
