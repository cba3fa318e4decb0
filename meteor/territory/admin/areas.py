"""The administrator's pages about kecamatan, kelurahan and RT."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select, true
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.versions import version_of
from meteor.territory import areas, blueprint
from meteor.territory.area_forms import KelurahanForm, NameForm, PositionForm, RtForm
from meteor.territory.models import Kecamatan, Kelurahan, Rt, Rw
from meteor.territory.rt_table import lies_in
from meteor.web.access import open_to
from meteor.web.edits import changed_meanwhile, get_or_404
from meteor.web.lists import listing

Answer = Response | str | tuple[str, int]


@blueprint.get("/admin/areas")
@open_to("admin")
def kelurahan_list() -> str:
    asked = request.args.get("kecamatan", "")
    page = listing(
        select(Kelurahan).join(Kecamatan).where(Kecamatan.code == asked if asked else true()),
        sorts={"name": Kelurahan.name, "kecamatan": Kecamatan.name, "code": Kelurahan.code},
        search=(Kelurahan.name, Kecamatan.name, Kelurahan.code, Kelurahan.postcode), filters=("kecamatan",),
    )  # fmt: skip
    counts = select(Rw.kelurahan_id, func.count(Rw.id.distinct()), func.count(Rt.id)).join(Rt).group_by(Rw.kelurahan_id)
    return render_template(
        "territory/admin/areas.html", page=page, boundaries=areas.boundaries_known(),
        bounded=set(db.session.scalars(select(Kelurahan.id).where(Kelurahan.boundary.is_not(None)))),
        counts={row[0]: (row[1], row[2]) for row in db.session.execute(counts)},
        kecamatan=db.session.scalars(select(Kecamatan).order_by(Kecamatan.name)).all(),
    )  # fmt: skip


@blueprint.route("/admin/areas/kecamatan/<int:kecamatan_id>", methods=["GET", "POST"])
@open_to("admin")
def kecamatan(kecamatan_id: int) -> Answer:
    known = get_or_404(Kecamatan, kecamatan_id)
    before = areas.kecamatan_values(known)
    form = NameForm(request.form or None, data=before)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        try:
            areas.save_kecamatan(known, form.data, current_user)
        except areas.NotUnique:
            form.name.errors = [*form.name.errors, _("Another kecamatan is called so.")]
        else:
            return _saved(known.name, url_for(".kelurahan_list"))
    page = render_template("territory/admin/kecamatan.html", known=known, form=form, version=version_of(before))
    return page, 422 if form.errors else 200


@blueprint.route("/admin/areas/kelurahan/<int:kelurahan_id>", methods=["GET", "POST"])
@open_to("admin")
def kelurahan(kelurahan_id: int) -> Answer:
    known = get_or_404(Kelurahan, kelurahan_id)
    before = areas.kelurahan_values(known)
    form = KelurahanForm(request.form or None, data=before)
    if request.method == "POST" and form.validate() and not changed_meanwhile(form, before):
        areas.save_kelurahan(known, form.data, current_user)
        return _saved(known.name, url_for(".kelurahan", kelurahan_id=known.id))
    page = render_template(
        "territory/admin/kelurahan.html", known=known, form=form, version=version_of(before), rts=_rts_of(known),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.route("/admin/areas/kelurahan/<int:kelurahan_id>/rt/new", methods=["GET", "POST"])
@open_to("admin")
def new_rt(kelurahan_id: int) -> Answer:
    home = get_or_404(Kelurahan, kelurahan_id)
    form = RtForm(request.form)
    if request.method == "POST" and form.validate() and _lies_there(form, home):
        try:
            rt = areas.add_rt(home, form.rw.data, form.rt.data, form.position, current_user)
        except areas.NotUnique:
            form.rt.errors = [*form.rt.errors, _("This RT is there already.")]
        else:
            return _saved(rt.label, url_for(".kelurahan", kelurahan_id=home.id))
    page = render_template("territory/admin/rt.html", home=home, form=form, rt=None)
    return page, 422 if form.errors else 200


@blueprint.route("/admin/areas/rt/<int:rt_id>", methods=["GET", "POST"])
@open_to("admin")
def rt(rt_id: int) -> Answer:
    known = get_or_404(Rt, rt_id)
    home, before = known.rw.kelurahan, areas.rt_values(known)
    form = PositionForm(request.form or None, data=before)
    ready = request.method == "POST" and form.validate()
    if ready and _lies_there(form, home) and not changed_meanwhile(form, before):
        areas.save_rt(known, form.position, current_user)
        return _saved(known.label, url_for(".kelurahan", kelurahan_id=home.id))
    page = render_template("territory/admin/rt.html", home=home, form=form, rt=known, version=version_of(before))
    return page, 422 if form.errors else 200


@blueprint.post("/admin/areas/rt/<int:rt_id>/removal")
@open_to("admin")
def remove_rt(rt_id: int) -> Answer:
    known = get_or_404(Rt, rt_id)
    name, back = known.label, url_for(".kelurahan", kelurahan_id=known.rw.kelurahan_id)
    try:
        areas.remove_rt(known, current_user)
    except areas.InUse:
        flash(_("%(name)s stays: households, incidents or a leader belong to it.", name=name), "error")
        return redirect(url_for(".rt", rt_id=rt_id))
    db.session.commit()
    flash(_("%(name)s is removed.", name=name))
    return redirect(back)


def _rts_of(home: Kelurahan) -> list[Rt]:
    query = select(Rt).join(Rw).where(Rw.kelurahan_id == home.id).order_by(Rw.number, Rt.number)
    return list(db.session.scalars(query))


def _lies_there(form: PositionForm, home: Kelurahan) -> bool:
    latitude, longitude = form.latitude.data, form.longitude.data
    if latitude is None or lies_in(home, latitude, longitude):
        return True
    form.latitude.errors = [*form.latitude.errors, _("This lies outside of %(name)s.", name=home.name)]
    return False


def _saved(name: str, back: str) -> Response:
    db.session.commit()
    flash(_("%(name)s is saved.", name=name))
    return redirect(back)
