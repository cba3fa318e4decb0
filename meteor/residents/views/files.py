"""The register as a file: in, after a look at it, and out."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from meteor.residents import blueprint, imports, register, rules, sheet
from meteor.residents.forms import UploadForm
from meteor.residents.models import Household, Resident
from meteor.residents.views.own import leader, own_rt
from meteor.store import audit, quotas
from meteor.store.database import db, only_reading
from meteor.store.moments import now, today
from meteor.store.quotas import Limit
from meteor.territory.admin.imports import as_file
from meteor.web.access import open_to

IMPORTS = Limit("imports", 20, _l("imports of a file"))

MOST_SHOWN = 100
"""Number of rows in the preview; all problems are shown."""


@blueprint.get("/residents/import")
@open_to("rt_leader")
def upload_sheet() -> str:
    return render_template("residents/import.html", rt=own_rt(), form=UploadForm(), sheet=sheet)


@blueprint.get("/residents/import/template")
@open_to("rt_leader")
def sheet_template() -> Response:
    return as_file(sheet.written([], with_nik=True), "warga.csv")


@blueprint.post("/residents/import")
@open_to("rt_leader")
def preview_sheet() -> tuple[str, int] | str:
    """A preview of the file's entries and problems. Nothing is stored yet."""
    with only_reading():
        form = UploadForm(request.files)
        if not form.validate():
            return render_template("residents/import.html", rt=own_rt(), form=form, sheet=sheet), 422
        return _preview(form.file.data.read())


@blueprint.post("/residents/import/confirmation")
@open_to("rt_leader")
def confirm_import() -> Response | tuple[str, int] | str:
    """The leader has seen the preview: its good rows go in, all of them, if the same rows are still good."""
    data = request.form.get("csv", "").encode()
    with only_reading():
        draft = imports.draft(data, own_rt())
        if not draft.entries or draft.digest != request.form.get("digest"):
            return _preview(data, changed=True)
    quotas.spend(f"user:{leader().id}", IMPORTS, now())
    try:
        imports.enter(draft.entries, own_rt(), leader(), now())
        db.session.commit()
    except imports.RegisterChanged:
        with only_reading():
            return _preview(data, changed=True)
    count = len(draft.entries)
    flash(ngettext("%(num)d resident was added.", "%(num)d residents were added.", count))
    return redirect(url_for("residents.index"))


@blueprint.post("/residents/export")
@open_to("rt_leader")
def export() -> Response:
    """The verified residents who live in the RT. With `nik`, each NIK is read, and that is in the audit log."""
    rt, with_nik = own_rt(), "nik" in request.form
    query = register.residents(rt).where(Resident.verified_at.is_not(None))
    residents = db.session.scalars(query.order_by(Household.address_key, Resident.name)).all()
    audit.record(leader(), "residents_exported", f"rt:{rt.id}", count=len(residents), with_nik=with_nik)
    if with_nik:
        audit.record_each(leader(), "nik_read", [rules.subject(one) for one in residents if one.nik_sealed])
    content = sheet.written(residents, with_nik=with_nik)
    db.session.commit()
    return as_file(content, f"warga-rt{rt.number:02}-rw{rt.rw.number:02}-{today():%Y%m%d}.csv")


def _preview(data: bytes, *, changed: bool = False) -> tuple[str, int] | str:
    rt = own_rt()
    draft = imports.draft(data, rt)
    kept = data.decode("utf-8-sig", errors="replace") if draft.entries else ""
    page = render_template(
        "residents/import_preview.html", rt=rt, draft=draft, kept=kept, changed=changed, most=MOST_SHOWN
    )
    return (page, 409) if changed else page
