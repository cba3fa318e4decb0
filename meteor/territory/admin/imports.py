"""The administrator's pages for the city's tables: read whole, shown, and stored when confirmed."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.store import audit, sheets
from meteor.store.database import db, serialise
from meteor.territory import blueprint, kelurahan_table, rt_table
from meteor.territory.area_forms import LARGEST_TABLE, TableForm
from meteor.territory.tables import Counts, Line, Problem
from meteor.web.access import open_to

Answer = AnyResponse | str | tuple[str, int]


class Table(NamedTuple):
    """A table that the city sends: its title, how it is read and stored, and an example of each of its columns."""

    title: Any
    lines_of: Callable[[bytes], tuple[list[Line], list[Problem]]]
    store: Callable[[list[Line]], Counts]
    example: dict[str, str]


TABLES = {
    "kelurahan": Table(
        _l("Kelurahan"), kelurahan_table.lines_of, kelurahan_table.store,
        {"code": "35.74.03.1001", "name": "Mayangan", "kecamatan": "Mayangan", "postcode": "67218",
         "latitude": "-7.7337", "longitude": "113.2166"},
    ),
    "rt": Table(
        _l("RW and RT"), rt_table.lines_of, rt_table.store,
        {"kelurahan": "35.74.03.1001", "rw": "5", "rt": "3", "latitude": "-7.7352", "longitude": "113.2140"},
    ),
}  # fmt: skip


@blueprint.route("/admin/areas/import/<name>", methods=["GET", "POST"])
@open_to("admin")
def import_table(name: str) -> Answer:
    """Choose a file; what is wrong with it, or what it would change."""
    chosen, form = TABLES.get(name) or abort(404), TableForm(request.files)
    if request.method == "GET":
        return _page(name, form=form)
    data = form.file.data.read(LARGEST_TABLE + 1) if form.file.data else b""
    if not data:
        form.file.errors = [_("Choose a CSV file that is not empty.")]
    elif len(data) > LARGEST_TABLE:
        form.file.errors = [_("The file is larger than %(kb)d kB. Import it in parts.", kb=LARGEST_TABLE // 1000)]
    if form.errors:
        return _page(name, form=form), 422
    serialise()
    lines, problems = chosen.lines_of(data)
    if problems:
        return _page(name, form=form, problems=problems), 422
    counts = chosen.store(lines)
    db.session.rollback()  # only looked: it is stored when it is confirmed
    return _page(name, form=form, counts=counts, csv=data.decode("utf-8-sig"))


@blueprint.post("/admin/areas/import/<name>/confirmation")
@open_to("admin")
def confirm_import(name: str) -> Answer:
    chosen = TABLES.get(name) or abort(404)
    serialise()
    lines, problems = chosen.lines_of(request.form.get("csv", "").encode())
    if problems:
        return _page(name, form=TableForm(), problems=problems), 422
    counts = chosen.store(lines)
    audit.record(current_user, f"{name}_table_imported", f"{name}:*", added=counts.added, changed=counts.changed)
    db.session.commit()
    flash(_("Imported: %(added)d added, %(changed)d changed.", added=counts.added, changed=counts.changed))
    return redirect(url_for("territory.kelurahan_list"))


@blueprint.get("/admin/areas/import/<name>/template.csv")
@open_to("admin")
def table_template(name: str) -> Response:
    """A table with the column names and one line as an example."""
    example = (TABLES.get(name) or abort(404)).example
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(sheets.written([example, example.values()]), mimetype="text/csv", headers=headers)


def _page(name: str, **values: Any) -> str:
    return render_template(
        "territory/admin/import.html", name=name, table=TABLES[name],
        **{"problems": [], "counts": None, "csv": ""} | values,
    )  # fmt: skip
