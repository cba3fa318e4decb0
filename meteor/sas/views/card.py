"""The premises of an alarm on its incident's page: for those who handle it, while they do (places.sight)."""

from uuid import UUID

from flask import Response, abort, render_template
from flask_login import current_user

from meteor.accounts.roles import CALL_HANDLING, OPERATIONS
from meteor.alerts.repeats import UNCONFIRMED
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.premises import hours, records
from meteor.premises.models import Premises
from meteor.premises.views import pictures
from meteor.sas import blueprint, second_sign, testing
from meteor.sas.places import picture_of, premises_of, sight
from meteor.store.database import db
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.polling import fragment
from meteor.web.pools import urgent


@blueprint.get("/incidents/<number>/premises")
@open_to(*OPERATIONS)
@urgent
def card(number: str) -> Response:
    """Polled; its version is what it shows."""
    incident, at = _found(number), now()
    places = [
        (one, hours.opening_hours(one.opening_hours, at), testing.running(at, one)) for one in premises_of(incident)
    ]
    may_read = current_user.has(*CALL_HANDLING)
    unconfirmed = UNCONFIRMED in incident.flags
    how = {
        "unconfirmed": unconfirmed,
        "sight": sight(current_user, incident),
        "awaited": may_read and second_sign.awaited(incident),
    }
    seen = {str(one.id): (_seen(one), opening, [test.id for test in tests]) for one, opening, tests in places}
    shown = {"incident": incident, "places": places, "may_read": may_read, "version": version_of(seen | how), **how}
    return fragment(shown["version"], lambda: render_template("sas/_card.html", **shown))


@blueprint.post("/incidents/<number>/pass-phrases")
@open_to(*CALL_HANDLING)
def pass_phrases(number: str) -> str:
    """The page with the pass phrases; that they were read is kept."""
    incident = _found(number)
    places = premises_of(incident) or abort(404)
    phrases = [(one, records.read_pass_phrases(one, current_user, incident.number)) for one in places]
    db.session.commit()
    return render_template("sas/pass_phrases.html", incident=incident, phrases=phrases)


@blueprint.get("/incidents/<number>/pictures/<uuid:picture_id>")
@open_to(*OPERATIONS)
def picture(number: str, picture_id: UUID) -> Response:
    incident = _found(number)
    return pictures.shown(picture_of(incident, picture_id) if sight(current_user, incident) == "all" else None)


def _found(number: str) -> Incident:
    return incidents.find(current_user, number) or abort(404)


def _seen(premises: Premises) -> object:
    contacts = [(one.name, one.phone, bool(one.pass_phrase_sealed)) for one in premises.contacts]
    return records.values_of(premises), contacts, [str(picture.id) for picture in premises.pictures]
