"""Naming a draft as a template for new warnings."""

from flask import abort, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.warnings import blueprint, draft_templates, drafts
from meteor.warnings.decision_forms import RefusalForm, TemplateForm
from meteor.warnings.models import WarningDraft
from meteor.warnings.views.drafts import address, page
from meteor.web.access import open_to
from meteor.web.edits import get_or_404
from meteor.web.form_keys import idempotent_form


@blueprint.post("/warnings/drafts/<int:draft_id>/template")
@open_to(*drafts.WRITERS)
@idempotent_form("/warnings/drafts/{draft_id}".format)
def draft_template(draft_id: int) -> Response | tuple[str, int]:
    """Offer the draft's texts for new warnings under a name. An all-clear is made of its warning, not of a template."""
    found, form = get_or_404(WarningDraft, draft_id), TemplateForm(request.form)
    if found.message_type == "Cancel":
        abort(404)
    try:
        if not form.validate():
            raise draft_templates.NameTaken
        draft_templates.name(found, str(form.template.data), current_user)
    except draft_templates.NameTaken:
        if not form.errors:
            form.template.errors = [_("Another template has this name. Choose another one.")]
        return page(found, RefusalForm(), template=form), 422
    db.session.commit()
    flash(_("New warnings can begin with this template."))
    return redirect(address(draft_id), 303)


@blueprint.post("/warnings/drafts/<int:draft_id>/template/removal")
@open_to(*drafts.WRITERS)
def draft_template_removal(draft_id: int) -> Response:
    """The draft is no template any more."""
    found = draft_templates.find(draft_id) or abort(404)
    draft_templates.name(found, "", current_user)
    db.session.commit()
    flash(_("It is no template any more."))
    return redirect(address(draft_id), 303)
