"""Closed roads and staging areas: their page, what is polled, and the forms that begin and end them."""

from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.incidents.models import Incident
from meteor.incidents.rules import AlreadyClosed, find
from meteor.incidents.visible import visible
from meteor.store.changes import Remembered
from meteor.store.database import db, reading_engine
from meteor.store.moments import now, turn
from meteor.traffic import CLOSING, READERS, STAGING, blueprint, rules
from meteor.traffic.current import Traffic, current
from meteor.traffic.forms import AreaForm, ClosureForm
from meteor.traffic.models import RoadClosure, StagingArea
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.form_keys import idempotent_form
from meteor.web.polling import Reader, fragment, versioned

PAGE = "/traffic"

Answer = AnyResponse | str | tuple[str, int]

known: Remembered[Traffic] = Remembered()


def _version(reader: Reader, query: str, number: str) -> str | None:
    """The version of the traffic on an incident's page."""
    found = visible(reader.user_id, reader.roles, number)
    return found and f"{_known().around(found.id).version}{bool(found.is_open)}"


def _page_of_area() -> str:
    number = request.form.get("incident", "").strip()
    return f"/incidents/{quote(number, safe='')}" if number else PAGE


@blueprint.get("/traffic")
@open_to(*READERS)
def page() -> str:
    shown = _shown_to(current_user.has(*COMMAND_CENTRE), current(now()))
    return render_template("traffic/traffic.html", traffic=shown, ends=True, **_may())


@blueprint.get("/traffic/state")
@open_to(*READERS)
@versioned(lambda reader, query: _shown_to(bool(reader.roles & {*COMMAND_CENTRE}), _known()).version)
def state() -> Response:
    """Show closures and staging areas, polled. Officers see staging areas of no incident here."""
    shown = _shown_to(current_user.has(*COMMAND_CENTRE), current(now()))
    return fragment(shown.version, lambda: render_template("traffic/_traffic.html", traffic=shown, **_may()))


@blueprint.get("/incidents/<number>/traffic")
@open_to(*READERS)
@versioned(_version)
def of_incident(number: str) -> Response:
    """The same on an incident's page: with the staging areas of this incident, polled."""
    incident = find(current_user, number) or abort(404)
    shown = current(now()).around(incident.id)
    version = f"{shown.version}{incident.is_open}"
    return fragment(version, lambda: render_template(
        "traffic/_traffic.html", traffic=shown, version=version, incident=incident, **_may()
    ))  # fmt: skip


@blueprint.get("/traffic/closures")
@open_to(*CLOSING)
def ask_closure() -> str:
    return _closure_page(ClosureForm())


@blueprint.post("/traffic/closures")
@open_to(*CLOSING)
@idempotent_form(lambda: PAGE)
def close_road() -> Answer:
    """Mark a stretch of a street as closed. One whose place is not known is listed, and not on the map."""
    form = ClosureForm(request.form)
    if not form.validate():
        return _closure_page(form), 422
    values = form.values
    rules.close_road(values, now(), current_user)
    db.session.commit()
    if values["from_latitude"] is None and values["to_latitude"] is None:
        flash(_("%(street)s is marked as closed. Its place is not known: it stands in the list, not on the map.",
                street=values["street"]), "warning")  # fmt: skip
    else:
        flash(_("%(street)s is marked as closed.", street=values["street"]))
    return redirect(PAGE, 303)


@blueprint.post("/traffic/closures/<int:closure_id>/end")
@open_to(*CLOSING)
def reopen_road(closure_id: int) -> Answer:
    """Mark a closed stretch as open again."""
    closure = db.session.get(RoadClosure, closure_id) or abort(404)
    try:
        rules.reopen_road(closure, now(), current_user)
    except rules.AlreadyEnded:
        return conflict(_("%(street)s is open again already.", street=closure.street), PAGE)
    db.session.commit()
    flash(_("%(street)s is open again.", street=closure.street))
    return redirect(PAGE, 303)


@blueprint.get("/traffic/staging-areas")
@open_to(*STAGING)
def ask_area() -> str:
    """The form; the query's `incident` is the number that it begins with."""
    return _area_page(AreaForm(data={"incident": request.args.get("incident", "")[:20]}))


@blueprint.post("/traffic/staging-areas")
@open_to(*STAGING)
@idempotent_form(_page_of_area)
def choose_area() -> Answer:
    """Choose a staging area, of an incident or of none."""
    form = AreaForm(request.form)
    incident = find(current_user, form.incident.data) if form.incident.data else None
    valid = form.validate()
    if form.incident.data and not (incident and incident.is_open):
        form.incident.errors = [*form.incident.errors, _("No open incident has this number.")]
        valid = False
    if not valid or form.where is None:
        return _area_page(form), 422
    try:
        area = rules.choose_area(form.name.data or "", form.where, incident, now(), current_user)
    except AlreadyClosed:
        return conflict(_("The incident is closed."), PAGE)
    db.session.commit()
    flash(_("Staging area: %(name)s.", name=area.name))
    return redirect(f"/incidents/{incident.number}" if incident else PAGE, 303)


@blueprint.post("/traffic/staging-areas/<int:area_id>/end")
@open_to(*STAGING)
def end_area(area_id: int) -> Answer:
    """End a staging area."""
    area = db.session.get(StagingArea, area_id) or abort(404)
    try:
        rules.end_area(area, now(), current_user)
    except rules.AlreadyEnded:
        return conflict(_("The staging area %(name)s has ended already.", name=area.name), PAGE)
    db.session.commit()
    flash(_("The staging area %(name)s has ended.", name=area.name))
    return redirect(PAGE, 303)


def _known() -> Traffic:
    """Return the traffic, read anew after each write and each minute: closures end."""
    at = now()
    return known.get(reading_engine(), turn(at, 60), lambda: current(at))


def _shown_to(all_incidents: bool, traffic: Traffic) -> Traffic:
    return traffic if all_incidents else traffic.without_incidents()


def _may() -> dict[str, bool]:
    return {"may_close": current_user.has(*CLOSING), "may_stage": current_user.has(*STAGING)}


def _closure_page(form: ClosureForm) -> str:
    return render_template("traffic/closure.html", form=form)


def _area_page(form: AreaForm) -> str:
    incident: Incident | None = find(current_user, form.incident.data) if form.incident.data else None
    return render_template("traffic/staging_area.html", form=form, incident=incident)
