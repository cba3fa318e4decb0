"""The administrator's pages about what a call-taker finds a type by, asks and reads out."""

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.protocols import blueprint, script_edits, scripts
from meteor.protocols.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.protocols.script_forms import AdviceForm, KeywordsForm, QuestionForm
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready
from meteor.web.form_keys import idempotent_form
from meteor.web.language import named

MODELS: dict[str, type[script_edits.Part]] = {"questions": TypeQuestion, "advice": TypeAdvice}
FORMS: dict[str, type[QuestionForm | AdviceForm]] = {"questions": QuestionForm, "advice": AdviceForm}


@blueprint.route("/admin/incident-types/<int:type_id>/script", methods=["GET", "POST"])
@open_to("admin")
def script(type_id: int) -> Answer:
    known = get_or_404(IncidentType, type_id)
    form = KeywordsForm(request.form, known)
    if ready(form, form.before):
        script_edits.set_keywords(known, form.keywords.data, current_user)
        return _done(known, _("The words are saved."))
    return form_page(
        "protocols/admin/script.html", form, form.before, known=known, most=script_edits.MOST,
        questions=scripts.questions(type_id), advice=scripts.advice(type_id),
    )  # fmt: skip


@blueprint.route(
    "/admin/incident-types/<int:type_id>/script/<any(questions, advice):kind>/new", methods=["GET", "POST"]
)
@open_to("admin")
@idempotent_form(lambda type_id, kind: f"/admin/incident-types/{type_id}/script")
def new_part(type_id: int, kind: str) -> Answer:
    return _edit(get_or_404(IncidentType, type_id), kind, MODELS[kind](type_id=type_id))


@blueprint.route(
    "/admin/incident-types/<int:type_id>/script/<any(questions, advice):kind>/<int:part_id>", methods=["GET", "POST"]
)
@open_to("admin")
def part(type_id: int, kind: str, part_id: int) -> Answer:
    known = get_or_404(IncidentType, type_id)
    return _edit(known, kind, _part(known, kind, part_id))


@blueprint.post("/admin/incident-types/<int:type_id>/script/<any(questions, advice):kind>/<int:part_id>/removal")
@open_to("admin")
def remove_part(type_id: int, kind: str, part_id: int) -> Answer:
    known = get_or_404(IncidentType, type_id)
    script_edits.remove(_part(known, kind, part_id), current_user)
    return _done(known, _("It is removed."))


def _part(known: IncidentType, kind: str, part_id: int) -> script_edits.Part:
    part = get_or_404(MODELS[kind], part_id)
    return part if part.type_id == known.id else abort(404)


def _edit(known: IncidentType, kind: str, part: script_edits.Part) -> Answer:
    before = FORMS[kind].by_field(script_edits.values_of(part)) if part.id else {}
    form = FORMS[kind].among(script_edits.others(part), formdata=request.form or None, data=before)
    if ready(form, before):
        try:
            script_edits.save(part, form.values, current_user)
        except script_edits.Full:
            form.form_errors.append(_("There are %(most)d already. Remove one first.", most=script_edits.MOST[kind]))
        else:
            return _done(known, _("It is saved."))
    return form_page(f"protocols/admin/{kind}.html", form, before, known=known, kind=kind, part=part)


def _done(known: IncidentType, what_happened: str) -> Answer:
    return done(f"{named(known)}: {what_happened}", url_for(".script", type_id=known.id))
