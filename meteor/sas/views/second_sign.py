"""The page of calls to contacts: phone numbers, pass phrases, and answers."""

from collections.abc import Mapping
from uuid import UUID

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.roles import CALL_HANDLING
from meteor.dispatch.views.lookup import done, page_of, who_closed
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.premises import records
from meteor.premises.models import Contact, Premises
from meteor.sas import blueprint, labels, second_sign
from meteor.sas.models import ContactCall
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.language import clock


@blueprint.get("/incidents/<number>/second-sign")
@open_to(*CALL_HANDLING)
def second_sign_page(number: str) -> str:
    return _page(_found(number))


@blueprint.post("/incidents/<number>/second-sign/pass-phrases")
@open_to(*CALL_HANDLING)
def second_sign_pass_phrases(number: str) -> str:
    """The page with the pass phrases; that they were read is kept."""
    incident = _found(number)
    if not second_sign.awaited(incident):
        abort(404)
    phrases = records.read_pass_phrases(_premises(incident), current_user, incident.number)
    db.session.commit()
    return _page(incident, {contact.id: phrase for contact, phrase in phrases})


@blueprint.post("/incidents/<number>/second-sign")
@open_to(*CALL_HANDLING)
def heard(number: str) -> Response:
    """Record the answer of a `contact`, one of second_sign.ANSWERS. `seen` is the number of calls on the page."""
    incident = _found(number)
    contact, answer = _contact(incident), request.form.get("answer", "")
    try:
        second_sign.record(incident, contact, answer, request.form.get("seen", 0, int), now(), current_user)
    except ValueError:
        abort(422, _("Answer: say what was heard, with one of the buttons of the page."))
    except second_sign.NotAwaited:
        return conflict(_why_not(incident), page_of(number))
    except second_sign.CalledMeanwhile as other:
        return conflict(_who_called(other.call), f"{page_of(number)}/second-sign")
    if answer == "wrong":
        flash(_("The incident is P1 now."), "warning")
    elif answer == "right":
        flash(_("It stands on the timeline. The incident stays open until somebody closes it."))
    else:
        flash(_("It stands on the timeline. Call the next contact."))
    return done(number)


def _found(number: str) -> Incident:
    return incidents.find(current_user, number) or abort(404)


def _premises(incident: Incident) -> Premises:
    return incident.premises or abort(404)


def _contact(incident: Incident) -> Contact:
    said = request.form.get("contact", type=UUID)
    found = (contact for contact in _premises(incident).contacts if contact.id == said)
    return next(found, None) or abort(422, _("Contact: choose one of the contacts of these premises."))


def _page(incident: Incident, phrases: Mapping[UUID, str] | None = None) -> str:
    return render_template(
        "sas/second_sign.html", incident=incident, premises=_premises(incident), calls=second_sign.calls(incident),
        phrases=phrases, awaited=second_sign.awaited(incident), answers=labels.ANSWERS,
    )  # fmt: skip


def _why_not(incident: Incident) -> str:
    if incident.status == "closed":
        return who_closed(incident)
    return _("Nobody needs to be called: this incident is P1 already, or silent.")


def _who_called(call: ContactCall) -> str:
    said = {"who": call.called_by.name, "contact": call.contact, "when": clock(call.called_at)}
    answer = labels.ANSWERS[call.answer]
    return _("%(who)s has called %(contact)s at %(when)s: %(answer)s. Is yours another call?", answer=answer, **said)
