"""A business and its own premises: when they are open, what officers should know."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.accounts.phones import readable
from meteor.premises import blueprint, labels, records, rules
from meteor.premises.forms import OwnForm
from meteor.premises.models import Premises
from meteor.premises.views.kept import kept
from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile

blueprint.record_once(lambda setup: setup.app.jinja_env.globals.update(premises_labels=labels))
blueprint.add_app_template_filter(readable, "phone")

Answer = Response | str | tuple[str, int]


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
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        records.save(known, {"hazards": form.hazards.data}, form.week, current_user)
        db.session.commit()
        flash(_("The changes are saved."))
        return redirect(url_for(".premises", premises_id=known.id))
    page = render_template("premises/premises.html", premises=known, form=form, version=version_of(before))
    return page, 422 if form.errors else 200
