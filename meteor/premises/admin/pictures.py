"""The administrator's pages about floor plans and photos of premises."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response

from meteor.premises import blueprint, pictures
from meteor.premises.forms import PictureForm
from meteor.premises.models import Premises
from meteor.premises.views.pictures import folder
from meteor.store.database import db, only_reading
from meteor.web.access import open_to
from meteor.web.edits import get_or_404
from meteor.web.form_keys import sent_before

Answer = Response | str | tuple[str, int]


@blueprint.get("/admin/premises/<int:premises_id>/pictures/new")
@open_to("admin")
def new_picture(premises_id: int) -> Answer:
    return _page(premises_id, PictureForm(data={"kind": "plan"}))


@blueprint.post("/admin/premises/<int:premises_id>/pictures/new")
@open_to("admin")
def add_picture(premises_id: int) -> Answer:
    form = PictureForm(CombinedMultiDict([request.files, request.form]))
    with only_reading():  # nobody waits to write while it is drawn
        drawn = _drawn(form) if form.validate() and db.session.get(Premises, premises_id) else None
    known = get_or_404(Premises, premises_id)
    if drawn is None:
        return _page(premises_id, form)
    home = url_for("premises.edit_premises", premises_id=premises_id)
    try:
        with pictures.kept(folder(), drawn.content) as picture_id:
            if before := sent_before(home, f"user:{current_user.id}"):
                pictures.drop(folder(), picture_id)
                return before
            pictures.add(known, picture_id, form.kind.data, drawn, current_user)
            db.session.commit()
    except pictures.TooMany:
        most = _("There are %(most)d pictures already. Remove one first.", most=pictures.MOST_PICTURES)
        form.form_errors.append(most)
        return _page(premises_id, form)
    flash(_("The picture is kept."))
    return redirect(home)


@blueprint.post("/admin/premises/<int:premises_id>/pictures/<uuid:picture_id>/removal")
@open_to("admin")
def remove_picture(premises_id: int, picture_id: UUID) -> Answer:
    known = get_or_404(Premises, premises_id)
    picture = pictures.of(known, picture_id) or abort(404)
    pictures.remove(known, picture, current_user)
    db.session.commit()
    pictures.drop(folder(), picture_id)
    flash(_("The picture is removed."))
    return redirect(url_for("premises.edit_premises", premises_id=premises_id))


def _drawn(form: PictureForm) -> pictures.Drawn | None:
    """The picture that was sent; None if it cannot be taken, and then the form says why."""
    try:
        return pictures.drawn(form.file.data.read(pictures.MOST_BYTES + 1))
    except pictures.NotAPicture:
        problem = _("This is no picture that can be read. Send a JPEG, PNG or WebP.")
    except pictures.TooLarge as large:
        problem = _(
            "This picture is too large. Send at most %(mb)s MB and %(mp)d megapixels.",
            mb=f"{pictures.MOST_BYTES / 1e6:.1f}", mp=large.pixels // 1_000_000,
        )  # fmt: skip
    except pictures.Moving:
        problem = _("This file holds several pictures, one after the other. Send one that does not move.")
    except pictures.Busy:
        problem = _("Other pictures are being processed. Try again in a minute.")
    form.file.errors = [*form.file.errors, problem]
    return None


def _page(premises_id: int, form: PictureForm) -> Answer:
    known = db.session.get(Premises, premises_id) or abort(404)
    page = render_template("premises/admin/picture.html", premises=known, form=form, most=pictures.MOST_BYTES)
    return page, 422 if form.errors else 200
