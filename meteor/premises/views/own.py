"""A business and its own premises: when they are open, what officers should know."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from meteor.accounts.phones import readable
from meteor.premises import blueprint, labels, records, rules
from meteor.premises.forms import OwnForm
from meteor.premises.models import Premises
from meteor.premises.views.kept import kept
from meteor.store.database import db
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, ready

blueprint.record_once(lambda setup: setup.app.jinja_env.globals.update(premises_labels=labels))
blueprint.add_app_template_filter(readable, "phone")


@blueprint.get("/premises")
@open_to("business")
def index() -> Answer:
    """All that are theirs; who has only one is led to it."""
    own = db.session.scalars(rules.owned_by(current_user).order_by(Premises.name)).all()
    if len(own) == 1:
        return redirect(url_for(".premises", premises_id=own[0].id))
    return render_template("premises/index.html", all=own)


@blueprint.route("/premises/<int:premises_id>", methods=["GET", "POST"])
@open_to("business")
def premises(premises_id: int) -> Answer:
    known = kept(premises_id)
    before = records.own_values_of(known)
    form = OwnForm(request.form or None, data=before)
    if ready(form, before):
        records.save(known, {"hazards": form.hazards.data}, form.week, current_user)
        return done(_("The changes are saved."), url_for(".premises", premises_id=known.id))
    return form_page("premises/premises.html", form, before, premises=known)
