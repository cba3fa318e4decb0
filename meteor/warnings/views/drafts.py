"""Drafts of the disaster agency's warnings: the list, a draft as citizens will read it, and the decision on it."""

from datetime import datetime
from importlib import import_module
from urllib.parse import urlsplit

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import at_once, blueprint, draft_labels, drafts, labels, reviews
from meteor.warnings.decision_forms import AtOnceForm, RefusalForm, TemplateForm
from meteor.warnings.draft_areas import areas
from meteor.warnings.draft_where import people, unplaced, where
from meteor.warnings.hazard_texts import HAZARDS
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.publishing import NoPlace, Publisher
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.edits import get_or_404
from meteor.web.language import clock
from meteor.web.origin import site_address


@blueprint.record_once
def _start(setup: BlueprintSetupState) -> None:
    words = {"WARNED_HAZARDS": HAZARDS, "draft_labels": draft_labels, "warning_labels": labels}
    setup.app.jinja_env.globals.update(words)
    if setup.app.config["SETTINGS"].cap.key:
        import_module("meteor.warnings.cap_signature")  # now: an approval would load it while all presses wait


@blueprint.get("/warnings/drafts")
@open_to(*drafts.WRITERS)
def draft_list() -> str:
    return render_template(
        "warnings/drafts.html", unreviewed=reviews.unreviewed(), waiting=drafts.waiting(),
        current=drafts.current(now()), decided=drafts.decided(), may_decide=current_user.has(*drafts.APPROVERS),
    )  # fmt: skip


@blueprint.get("/warnings/drafts/<int:draft_id>")
@open_to(*drafts.WRITERS)
def draft(draft_id: int) -> str:
    return page(get_or_404(WarningDraft, draft_id), RefusalForm())


@blueprint.post("/warnings/drafts/<int:draft_id>/approval")
@open_to(*drafts.APPROVERS)
def draft_approval(draft_id: int) -> Response:
    """Publish the draft as the approver has read it."""
    found = get_or_404(WarningDraft, draft_id)
    try:
        warning = drafts.approve(found, seen(), current_user, now(), publisher())
    except drafts.OwnDraft:
        words = _("You wrote this warning yourself. A second person must approve it: another hazard officer, or the "
                  "supervisor on duty.")  # fmt: skip
        return conflict(words, address(draft_id))
    except drafts.TooMany as error:
        words = _("%(name)s has published %(most)d warnings within an hour. The next one may go at %(time)s; where a "
                  "life is at risk the author publishes it at once.", name=found.author.name, most=drafts.MOST,
                  time=labels.moment(error.until))  # fmt: skip
        return conflict(words, address(draft_id))
    except (drafts.Expired, drafts.Ended, drafts.NotWaiting, NoPlace) as error:
        return refused(found, error)
    identifier = warning.identifier
    db.session.commit()
    flash(_("Published as %(identifier)s. Those whom it touches are being told.", identifier=identifier))
    return redirect(url_for(".draft_list"), 303)


@blueprint.post("/warnings/drafts/<int:draft_id>/refusal")
@open_to(*drafts.WRITERS)
def draft_refusal(draft_id: int) -> Response | tuple[str, int]:
    """Refuse the draft, or withdraw an own one; the reason stands on its page."""
    found, form = get_or_404(WarningDraft, draft_id), RefusalForm(request.form)
    if not form.validate():
        return page(found, form), 422
    try:
        drafts.refuse(found, seen(), str(form.reason.data), current_user, now())
    except drafts.NotAllowed:
        abort(403)
    except drafts.NotWaiting:
        return refused_late(found)
    db.session.commit()
    flash(_("The draft is taken back.") if found.state == "taken_back" else _("The draft is refused."))
    return redirect(url_for(".draft_list"), 303)


def publisher() -> Publisher:
    """The sender of our messages, by the settings and the site's address."""
    cap, site = current_app.config["SETTINGS"].cap, site_address()
    return Publisher(cap.sender or f"bpbd@{urlsplit(site).hostname}", site, cap.key, cap.certificate)


def page(
    found: WarningDraft, refusal: RefusalForm, at_once_form: AtOnceForm | None = None,
    template: TemplateForm | None = None,
) -> str:  # fmt: skip
    """A draft with its forms."""
    place = where(found)
    own = found.author_id == current_user.id
    return render_template(
        "warnings/draft.html", draft=found, own=own, place=place, people=people(place), areas=areas(found, place),
        refusal=refusal, at_once=at_once_form or AtOnceForm(), may_go=at_once.may_go(found),
        calls_off=reviews.calls_off(found, current_user), newest=_newest(found), others=drafts.others(found.author_id),
        may_decide=current_user.has(*drafts.APPROVERS), may_write=found.warning_id is None, over=found.expires <= now(),
        unplaced=unplaced(found, place), template=template or TemplateForm(data={"template": found.template}),
    )  # fmt: skip


def _newest(found: WarningDraft) -> int | None:
    """The id of the message that holds of the warning's chain; None if it is over, or was not published."""
    warning = found.warning
    while warning and warning.ended_by_id:
        warning = db.session.get(HazardWarning, warning.ended_by_id)
    return warning.id if warning and warning.message_type != "Cancel" and warning.expires > now() else None


def seen() -> datetime:
    """The moment at which the draft was written that the user has read."""
    try:
        moment = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        abort(400)
    return moment if moment.tzinfo else abort(400)


def address(draft_id: int) -> str:
    return url_for(".draft", draft_id=draft_id)


def refused(found: WarningDraft, error: Exception) -> Response:
    """Say why a draft is not published: it is Expired, what it is about has Ended, it has NoPlace or is NotWaiting."""
    if isinstance(error, drafts.NotWaiting):
        return refused_late(found)
    if isinstance(error, NoPlace):
        words = _("Nothing is left of where this warning is for: no RT of it is in the register. Change where it is "
                  "for.")  # fmt: skip
        return conflict(words, address(found.id))
    words = _too_late(found) if isinstance(error, drafts.Expired) else _about_ended(found)
    return conflict(words, address(found.id))


def refused_late(found: WarningDraft) -> Response:
    """Another user was first; the page shows the draft as it is now."""
    draft_id = found.id
    db.session.rollback()
    found = get_or_404(WarningDraft, draft_id)
    return conflict(_what_happened(found), address(draft_id))


def _too_late(found: WarningDraft) -> str:
    """An all-clear holds as long as its warning; its end cannot be changed."""
    if found.message_type == "Cancel":
        return _("The warning has ended already. Withdraw this draft.")
    return _("The warning would be over before it is published. Change until when it holds.")


def _about_ended(found: WarningDraft) -> str:
    if found.message_type == "Cancel":
        by = db.session.get(HazardWarning, found.about.ended_by_id or 0) if found.about else None
        if by and by.message_type == "Update":
            return _("The warning was updated meanwhile. Write the all-clear of the new one.")
        return _too_late(found)
    return _("The warning that this is about has ended meanwhile. Write a new warning.")


def _what_happened(found: WarningDraft) -> str:
    who = {"name": (found.decided_by or found.author).name, "time": clock(found.decided_at or found.written_at)}
    if found.at_once_reason and found.author_id == current_user.id:
        return _("You published this warning yourself. A second person reviews it.")
    if found.at_once_reason:
        return _("%(name)s published this warning at once at %(time)s. Review it.", **who)
    if found.state == "published":
        return _("%(name)s approved this warning at %(time)s. It is published.", **who)
    if found.state == "refused":
        return _("%(name)s refused this draft at %(time)s.", **who)
    if found.state == "taken_back":
        return _("%(name)s took this draft back at %(time)s.", **who)
    return _("%(name)s changed this draft at %(time)s. Read it again before you decide.", **who)
