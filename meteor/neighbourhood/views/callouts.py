"""The banner of those who are called to an incident near them, on every page of theirs, and their answers."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import RESIDENTS
from meteor.alerts import labels
from meteor.incidents.models import Incident
from meteor.neighbourhood import answers, blueprint, view, volunteers
from meteor.neighbourhood.safety import BURGLARY
from meteor.notices import labels as notice_labels
from meteor.residents.helping import home_of_volunteer
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import done
from meteor.web.language import own_address
from meteor.web.polling import fragment, versioned

REGISTER = "residents.index"
"""The endpoint of the register, which keeps the first view."""


@blueprint.app_context_processor
def _of_every_page() -> dict[str, Any]:
    """`callout_banner()`: the banner; empty for users who are never called, and for staff, whose pages hold alarms."""
    return {"callout_banner": _banner}


@blueprint.get("/callouts")
@open_to(*RESIDENTS)
@versioned(lambda reader, query: answers.version(reader.user_id))
def callouts() -> Response:
    """The banner, polled. With `folded`, beside the button and the register, it leaves room for them."""
    version, folded = answers.version(current_user.id), "folded" in request.args
    return fragment(version, lambda: render_template("neighbourhood/_callouts.html", folded=folded, **_shown(version)))


@blueprint.post("/neighbourhood/<number>/answer")
@open_to("rt_leader")
def leader_answer(number: str) -> Response:
    return _answer(view.find(current_user, number), url_for(".open_alerts"))


@blueprint.post("/helping/<number>/answer")
@open_to("citizen")
def volunteer_answer(number: str) -> Response:
    return _answer(volunteers.find(current_user, number), url_for(".near_home"))


def _answer(incident: Incident | None, page: str) -> Response:
    """Record the answer. Who goes is led to the page with the way; who cannot stays on their page."""
    if incident is None:
        abort(404)
    word = request.form.get("answer", "")
    if word not in answers.ANSWERS:
        abort(422, _("Answer: say that you go, or that you cannot."))
    quotas.spend(f"user:{current_user.id}", view.PRESENCES, now())
    answers.answer(incident, word, now(), current_user)
    db.session.commit()
    if word == "going":
        flash(_("The command centre, the units and the reporter see that you are on your way. Take care of yourself."))
        return done(page)
    flash(_("Thank you for the answer. You are not expected at this alert."))
    return done(own_address(request.form.get("next", "")) or page)


def _banner() -> str:
    """The banner of the signed-in user. The button's page is kept in the phone: what it shows there comes by a poll."""
    staff = current_user.is_authenticated and not current_user.role_names <= {*RESIDENTS}
    if not current_user.is_authenticated or (staff and request.blueprint != blueprint.name):
        return ""
    if not (current_user.has("rt_leader") or home_of_volunteer(current_user)):
        return ""
    if request.endpoint == "panic.button":
        return render_template("neighbourhood/_banner.html", version="", folded=1, open_callouts=(), called_off=())
    folded = 1 if request.endpoint == REGISTER else None
    return render_template("neighbourhood/_banner.html", folded=folded, **_shown(answers.version(current_user.id)))


def _shown(version: str) -> dict[str, Any]:
    return {
        "version": version,
        "open_callouts": answers.open_callouts(current_user),
        "called_off": answers.called_off(current_user),
        "kind": labels.kind,
        "burglary": BURGLARY,
        "sentence": notice_labels.sentence,
    }
