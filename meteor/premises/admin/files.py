"""The table of premises as a file: in, after a look at what it changes, and out."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from meteor.premises import blueprint, table
from meteor.premises.forms import TableForm
from meteor.premises.models import Premises
from meteor.store import audit
from meteor.store.database import db, serialise
from meteor.store.moments import today
from meteor.web.access import open_to

Answer = AnyResponse | str | tuple[str, int]


@blueprint.route("/admin/premises/import", methods=["GET", "POST"])
@open_to("admin")
def upload_table() -> Answer:
    """Choose a file; what is wrong with it, or what it would change."""
    form = TableForm(request.files)
    if request.method == "GET":
        return _page(form=form)
    data = form.file.data.read(table.MOST_BYTES + 1) if form.file.data else b""
    if not data:
        form.file.errors = [_("Choose a CSV file that is not empty.")]
    elif len(data) > table.MOST_BYTES:
        form.file.errors = [_("The file is larger than %(kb)d kB. Import it in parts.", kb=table.MOST_BYTES // 1000)]
    if form.errors:
        return _page(form=form), 422
    serialise()
    lines, problems = table.lines_of(data)
    if problems:
        return _page(form=form, problems=problems), 422
    counts = table.store(lines, current_user)
    db.session.rollback()  # only looked: it is stored when it is confirmed
    return _page(form=form, counts=counts, csv=data.decode("utf-8-sig"))


@blueprint.post("/admin/premises/import/confirmation")
@open_to("admin")
def confirm_import() -> Answer:
    serialise()
    lines, problems = table.lines_of(request.form.get("csv", "").encode())
    if problems:
        return _page(form=TableForm(), problems=problems), 422
    counts = table.store(lines, current_user)
    audit.record(current_user, "premises_imported", "premises:*", added=counts.added, changed=counts.changed)
    db.session.commit()
    flash(_("Imported: %(added)d added, %(changed)d changed.", added=counts.added, changed=counts.changed))
    return redirect(url_for("premises.all_premises"))


@blueprint.get("/admin/premises/import/template.csv")
@open_to("admin")
def table_template() -> Response:
    """A table with the column names and one line as an example."""
    return _file(table.example(), "premises.csv")


@blueprint.post("/admin/premises/export")
@open_to("admin")
def export() -> Response:
    """Export of all premises, without pass phrases."""
    everything = db.session.scalars(select(Premises).order_by(Premises.name)).all()
    content = table.written(everything)
    audit.record(current_user, "premises_exported", "premises:*", count=len(everything))
    db.session.commit()
    return _file(content, f"premises-{today():%Y%m%d}.csv")


def _page(**values: Any) -> str:
    nothing: dict[str, Any] = {"problems": [], "counts": None, "csv": ""}
    return render_template("premises/admin/import.html", example=table.EXAMPLE, **nothing | values)


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)
