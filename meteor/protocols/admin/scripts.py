"""The administrator's pages about what a call-taker finds a type by, asks and reads out."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.protocols import blueprint, script_edits, scripts
from meteor.protocols.models import IncidentType, TypeAdvice, TypeQuestion
from meteor.protocols.script_forms import AdviceForm, KeywordsForm, QuestionForm
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.language import named

MODELS: dict[str, type[script_edits.Part]] = {"questions": TypeQuestion, "advice": TypeAdvice}
FORMS: dict[str, type[QuestionForm | AdviceForm]] = {"questions": QuestionForm, "advice": AdviceForm}

Answer = Response | str | tuple[str, int]


@blueprint.route("/admin/incident-types/<int:type_id>/script", methods=["GET", "POST"])
@open_to("admin")
def script(type_id: int) -> Answer:
    known = get_or_404(IncidentType, type_id)
    before = {"keywords": known.keywords}
    form = KeywordsForm(request.form or None, data=before)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        script_edits.set_keywords(known, form.keywords.data, current_user)
        db.session.commit()
        return _back(known, _("The words are saved."))
    page = render_template(
        "protocols/admin/script.html", known=known, form=form, version=version_of(before), most=script_edits.MOST,
        questions=scripts.questions(type_id), advice=scripts.advice(type_id),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.route(
    "/admin/incident-types/<int:type_id>/script/<any(questions, advice):kind>/new", methods=["GET", "POST"]
)
@open_to("admin")
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
    db.session.commit()
    return _back(known, _("It is removed."))


def _part(known: IncidentType, kind: str, part_id: int) -> script_edits.Part:
    part = get_or_404(MODELS[kind], part_id)
    return part if part.type_id == known.id else abort(404)


def _edit(known: IncidentType, kind: str, part: script_edits.Part) -> Answer:
    before = FORMS[kind].by_field(script_edits.values_of(part)) if part.id else {}
    form = FORMS[kind].among(script_edits.others(part), formdata=request.form or None, data=before)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        try:
            script_edits.save(part, form.values, current_user)
        except script_edits.Full:
            form.form_errors.append(_("There are %(most)d already. Remove one first.", most=script_edits.MOST[kind]))
        else:
            db.session.commit()
            return _back(known, _("It is saved."))
    page = render_template(
        f"protocols/admin/{kind}.html", known=known, kind=kind, part=part, form=form, version=version_of(before)
    )
    return page, 422 if form.errors else 200


def _back(known: IncidentType, what_happened: str) -> Response:
    flash(f"{named(known)}: {what_happened}")
    return redirect(url_for(".script", type_id=known.id))
