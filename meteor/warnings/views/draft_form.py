"""Writing a warning: a new one, an update or an all-clear of a current one, and changes of a draft."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory import choices
from meteor.warnings import blueprint, draft_prefill, draft_templates, drafts
from meteor.warnings.draft_forms import DraftForm, TextsForm
from meteor.warnings.hazard_texts import HAZARDS
from meteor.warnings.models import HazardWarning, WarningDraft
from meteor.warnings.views.drafts import refused_late
from meteor.web.access import open_to
from meteor.web.edits import Answer, form_page, get_or_404, ready
from meteor.web.form_keys import idempotent_form

KINDS_ABOUT = {"update": "Update", "all-clear": "Cancel"}


@blueprint.route("/warnings/drafts/new", methods=["GET", "POST"])
@open_to(*drafts.WRITERS)
@idempotent_form(lambda: "/warnings/drafts")
def draft_new() -> Answer:
    """The query names the `hazard`, or the warning of ours that it is `about` and what it `is`: update, all-clear.

    With a hazard it may say the `description`, and each `kelurahan` by its id. `like` is the id of a template.
    """
    if "about" in request.args:
        return _about(request.args.get("about", type=int) or abort(404), request.args.get("is", ""))
    if "like" in request.args:
        template = draft_templates.find(request.args.get("like", 0, type=int)) or abort(404)
        form = DraftForm(request.form, choices.kelurahan(), data=draft_prefill.of_template(template))
        return _form(WarningDraft(message_type="Alert", hazard=template.hazard), form, {})
    hazard = request.args.get("hazard", "")
    if hazard not in HAZARDS:
        return render_template("warnings/draft_hazards.html", templates=draft_templates.templates())
    areas = choices.kelurahan()
    told = draft_prefill.of_query(request.args, [area.id for area in areas])
    form = DraftForm(request.form, areas, data=draft_prefill.of_hazard(hazard) | told)
    return _form(WarningDraft(message_type="Alert", hazard=hazard), form, {})


@blueprint.route("/warnings/drafts/<int:draft_id>/change", methods=["GET", "POST"])
@open_to(*drafts.WRITERS)
def draft_change(draft_id: int) -> Answer:
    """Change a draft that is not published. The user becomes its author."""
    draft = get_or_404(WarningDraft, draft_id)
    if draft.warning_id is not None:
        return refused_late(draft)
    known = draft_prefill.of_draft(draft)
    if draft.message_type == "Cancel":
        before = {name: value for name, value in known.items() if name in TextsForm()}
        return _form(draft, TextsForm(request.form or None, data=before), before)
    return _form(draft, DraftForm(request.form, choices.kelurahan(), data=known), known)


def _about(warning_id: int, kind: str) -> Answer:
    """The form of an update or an all-clear of a warning of ours that holds."""
    warning = next((each for each in drafts.current(now()) if each.id == warning_id), None) or abort(404)
    original = drafts.draft_of(warning.id) or abort(404)
    draft = WarningDraft(message_type=KINDS_ABOUT.get(kind) or abort(404), hazard=original.hazard, about_id=warning.id)
    if draft.message_type == "Cancel":
        form = TextsForm(request.form or None, data=draft_prefill.of_all_clear(original))
        return _form(draft, form, {}, draft_prefill.all_clear_values(original, warning), warning)
    known = draft_prefill.of_draft(original)
    return _form(draft, DraftForm(request.form, choices.kelurahan(), data=known), {}, about=warning)


def _form(
    draft: WarningDraft, form: TextsForm, before: dict[str, Any], more: dict[str, Any] | None = None,
    about: HazardWarning | None = None,
) -> Answer:  # fmt: skip
    if not ready(form, before):
        return form_page("warnings/draft_form.html", form, before, draft=draft, about=about or draft.about)
    try:
        drafts.write(draft, (more or {}) | form.values, current_user, now())
    except drafts.NotWaiting:
        return refused_late(draft)
    draft_id = draft.id
    db.session.commit()
    flash(_("The draft waits for a second person. The others are told."))
    return redirect(url_for(".draft", draft_id=draft_id), 303)
