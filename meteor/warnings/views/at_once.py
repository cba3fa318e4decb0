"""Publication of an own draft without approval, and its review by a second person."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import at_once, blueprint, drafts
from meteor.warnings.decision_forms import AtOnceForm, RefusalForm
from meteor.warnings.models import WarningDraft
from meteor.warnings.publishing import NoPlace
from meteor.warnings.views.drafts import address, page, publisher, refused, seen
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.edits import get_or_404


@blueprint.post("/warnings/drafts/<int:draft_id>/publication")
@open_to(*drafts.WRITERS)
def draft_publication(draft_id: int) -> Response | tuple[str, int]:
    """Publish an own draft at once: a life is at risk. A second person reviews it."""
    found, form = get_or_404(WarningDraft, draft_id), AtOnceForm(request.form)
    if not form.validate():
        return page(found, RefusalForm(), form), 422
    try:
        warning = at_once.publish(found, seen(), str(form.reason.data), current_user, now(), publisher())
    except at_once.NotAuthor:
        words = _("%(name)s wrote this warning. Approve it as the second person.", name=found.author.name)
        return conflict(words, address(draft_id))
    except at_once.NotUrgent:
        words = _("Only a severe or extreme danger that is here now may be published at once. A second person must "
                  "approve this warning first.")  # fmt: skip
        return conflict(words, address(draft_id))
    except (drafts.Expired, drafts.Ended, drafts.NotWaiting, NoPlace) as error:
        return refused(found, error)
    identifier = warning.identifier
    db.session.commit()
    flash(_("Published as %(identifier)s. A second person is asked to review it.", identifier=identifier))
    return redirect(url_for(".draft_list"), 303)


@blueprint.post("/warnings/drafts/<int:draft_id>/review")
@open_to(*drafts.APPROVERS)
def draft_review(draft_id: int) -> Response:
    """Confirm a warning that was published at once."""
    found = get_or_404(WarningDraft, draft_id)
    try:
        at_once.review(found, current_user, now())
    except drafts.OwnDraft:
        return conflict(_("You published this warning yourself. A second person reviews it."), address(draft_id))
    except drafts.NotWaiting:
        return conflict(_("This warning does not wait for review any more."), address(draft_id))
    db.session.commit()
    flash(_("The warning is confirmed."))
    return redirect(url_for(".draft_list"), 303)
