"""Pages on which BPBD and the administrator keep gathering points and routes."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.evacuation import PLANNERS, blueprint, lines, protection, rules, sites
from meteor.evacuation.forms import NextPointForm, PointForm, RouteForm
from meteor.evacuation.models import EvacuationRoute, GatheringPoint
from meteor.store import audit
from meteor.territory.rules import locate
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.language import locale


@blueprint.get("/evacuation/points")
@open_to(*PLANNERS)
def points() -> str:
    return render_template(
        "evacuation/points.html", points=sites.all_points(), routes=sites.routes(), locate=locate,
        names=lambda codes: ", ".join(protection.names(codes, locale())), length=lines.length,
    )  # fmt: skip


@blueprint.route("/evacuation/points/new", methods=["GET", "POST"])
@open_to(*PLANNERS)
def new_point() -> Answer:
    return _edit_point(GatheringPoint(safe_from=[], active=True))


@blueprint.route("/evacuation/points/<int:point_id>", methods=["GET", "POST"])
@open_to(*PLANNERS)
def point(point_id: int) -> Answer:
    return _edit_point(get_or_404(GatheringPoint, point_id))


@blueprint.post("/evacuation/points/<int:point_id>/removal")
@open_to(*PLANNERS)
def remove_point(point_id: int) -> Answer:
    """Remove a gathering point with its routes."""
    known = get_or_404(GatheringPoint, point_id)
    rules.remove_point(known, current_user)
    return done(_("%(name)s is removed.", name=known.name), url_for(".points"))


@blueprint.route("/evacuation/routes/new", methods=["GET", "POST"])
@open_to(*PLANNERS)
def new_route() -> Answer:
    return _edit_route(EvacuationRoute())


@blueprint.route("/evacuation/routes/<int:route_id>", methods=["GET", "POST"])
@open_to(*PLANNERS)
def route(route_id: int) -> Answer:
    return _edit_route(get_or_404(EvacuationRoute, route_id))


@blueprint.post("/evacuation/routes/<int:route_id>/removal")
@open_to(*PLANNERS)
def remove_route(route_id: int) -> Answer:
    known = get_or_404(EvacuationRoute, route_id)
    rules.remove_route(known, current_user)
    return done(_("%(name)s is removed.", name=known.name), url_for(".points"))


def _edit_point(known: GatheringPoint) -> Answer:
    form = PointForm(request.form, known, locale())
    if ready(form, form.before):
        if locate(form.latitude.data, form.longitude.data).kelurahan_id is not None:
            audit.save(known, "gathering_point", form.data, current_user)
            return done(_("%(name)s is saved.", name=known.name), url_for(".points"))
        refuse(form.latitude, _("This lies far outside of the city. Are latitude and longitude right?"))
    return form_page("evacuation/point.html", form, form.before, known=known, others=sites.all_points())


def _edit_route(known: EvacuationRoute) -> Answer:
    """The form of a route. The button "add" puts the next point at the end of the line and saves nothing."""
    form, following = RouteForm(request.form, known), NextPointForm()
    if "add" in request.form:
        following = NextPointForm(request.form)
        if following.validate():
            form.line.data = f"{form.line.data}\n{_typed(following)}".strip()
            following = NextPointForm()
    elif ready(form, form.before):
        audit.save(known, "evacuation_route", form.values, current_user)
        return done(_("%(name)s is saved.", name=known.name), url_for(".points"))
    shown: dict[str, Any] = {"known": known, "following": following, "points": sites.all_points()}
    return form_page("evacuation/route.html", form, form.before, line=_drawn(form), **shown)


def _typed(following: NextPointForm) -> str:
    return lines.text_of([(following.latitude.data or 0, following.longitude.data or 0)])


def _drawn(form: RouteForm) -> lines.Line:
    """The line for the map; none where the text is not one yet."""
    try:
        return lines.line_of(form.line.data or "")
    except lines.WrongLine:
        return []
