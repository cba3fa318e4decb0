"""The administrator's pages about kecamatan, kelurahan and RT."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select, true

from meteor.store import audit
from meteor.store.database import db
from meteor.territory import areas, blueprint
from meteor.territory.area_forms import KecamatanForm, KelurahanForm, PositionForm, RtForm
from meteor.territory.models import Kecamatan, Kelurahan, Rt, Rw
from meteor.territory.rt_table import lies_in
from meteor.web.access import open_to
from meteor.web.edits import Answer, done, form_page, get_or_404, ready, refuse
from meteor.web.lists import listing


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
        kecamatan=areas.kecamatan_names(),
    )  # fmt: skip


@blueprint.route("/admin/areas/kecamatan/<int:kecamatan_id>", methods=["GET", "POST"])
@open_to("admin")
def kecamatan(kecamatan_id: int) -> Answer:
    known = get_or_404(Kecamatan, kecamatan_id)
    form = KecamatanForm(request.form, known)
    if ready(form, form.before):
        audit.save(known, "kecamatan", form.data, current_user)
        return _saved(known.name, url_for(".kelurahan_list"))
    return form_page("territory/admin/kecamatan.html", form, form.before, known=known)


@blueprint.route("/admin/areas/kelurahan/<int:kelurahan_id>", methods=["GET", "POST"])
@open_to("admin")
def kelurahan(kelurahan_id: int) -> Answer:
    known = get_or_404(Kelurahan, kelurahan_id)
    form = KelurahanForm(request.form, known)
    if ready(form, form.before):
        audit.save(known, "kelurahan", form.data, current_user)
        return _saved(known.name, url_for(".kelurahan", kelurahan_id=known.id))
    return form_page("territory/admin/kelurahan.html", form, form.before, known=known, rts=_rts_of(known))


@blueprint.route("/admin/areas/kelurahan/<int:kelurahan_id>/rt/new", methods=["GET", "POST"])
@open_to("admin")
def new_rt(kelurahan_id: int) -> Answer:
    home = get_or_404(Kelurahan, kelurahan_id)
    form = RtForm(request.form, Rt(), {})
    if ready(form, form.before) and _lies_there(form, home):
        try:
            rt = areas.add_rt(home, form.rw.data, form.rt.data, form.position, current_user)
        except areas.NotUnique:
            refuse(form.rt, _("This RT is there already."))
        else:
            return _saved(rt.label, url_for(".kelurahan", kelurahan_id=home.id))
    return form_page("territory/admin/rt.html", form, form.before, home=home, rt=None)


@blueprint.route("/admin/areas/rt/<int:rt_id>", methods=["GET", "POST"])
@open_to("admin")
def rt(rt_id: int) -> Answer:
    known = get_or_404(Rt, rt_id)
    home, form = known.rw.kelurahan, PositionForm(request.form, known)
    if ready(form, form.before) and _lies_there(form, home):
        audit.save(known, "rt", form.position, current_user)
        return _saved(known.label, url_for(".kelurahan", kelurahan_id=home.id))
    return form_page("territory/admin/rt.html", form, form.before, home=home, rt=known)


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
    return done(_("%(name)s is removed.", name=name), back)


def _rts_of(home: Kelurahan) -> list[Rt]:
    query = select(Rt).join(Rw).where(Rw.kelurahan_id == home.id).order_by(Rw.number, Rt.number)
    return list(db.session.scalars(query))


def _lies_there(form: PositionForm, home: Kelurahan) -> bool:
    latitude, longitude = form.latitude.data, form.longitude.data
    if latitude is None or lies_in(home, latitude, longitude):
        return True
    refuse(form.latitude, _("This lies outside of %(name)s.", name=home.name))
    return False


def _saved(name: str, back: str) -> Answer:
    return done(_("%(name)s is saved.", name=name), back)
