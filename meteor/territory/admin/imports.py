"""The administrator's pages for tables: a file is read whole, its changes are shown, and stored when confirmed."""

from typing import Any, NamedTuple

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from meteor.store import sheets
from meteor.store.database import only_reading
from meteor.store.versions import version_of
from meteor.territory import blueprint, kelurahan_table, rt_table
from meteor.territory.area_forms import TableForm
from meteor.territory.table_cells import grouped
from meteor.territory.tables import Counts, Table
from meteor.web.access import open_to
from meteor.web.conflicts import conflict
from meteor.web.edits import Answer, done


class Import(NamedTuple):
    """The pages of a table: heading, address, the address of the list that they belong to, and their template."""

    heading: Any
    table: Table
    address: str
    back: str
    template: str = "territory/admin/import.html"

    def upload(self) -> Answer:
        """Choose a file; what is wrong with it, or what it would change."""
        form, most = TableForm(request.files), self.table.most_bytes
        if request.method == "GET":
            return self._page(form)
        data = form.file.data.read(most + 1) if form.file.data else b""
        if not data:
            form.file.errors = [_("Choose a CSV file that is not empty.")]
        elif len(data) > most:
            kilobytes = grouped(most // 1000)
            form.file.errors = [_("The file is larger than %(most)s kB. Import it in parts.", most=kilobytes)]
        if form.errors:
            return self._page(form), 422
        with only_reading():  # nobody waits to write meanwhile: it is stored when it is confirmed
            lines, problems = self.table.read(data)
            if problems:
                return self._page(form, problems=problems), 422
            counts = self.table.compare(lines)
            return self._page(form, counts=counts, seen=_version(counts), csv=data.decode("utf-8-sig"))

    def confirm(self) -> Answer:
        """Store the file that was shown. What the preview did not list as replaced is not replaced (409)."""
        lines, problems = self.table.read(request.form.get("csv", "").encode())
        if problems:
            return self._page(TableForm(), problems=problems), 422
        counts = self.table.store(lines, current_user)
        if counts.replaced and request.form.get("seen") != _version(counts):
            reason = _("What the file would replace has changed meanwhile. Nothing was imported: look at it again.")
            return conflict(reason, self.address)
        message = _(
            "Imported: %(added)s added, %(changed)s changed.",
            added=grouped(counts.added), changed=grouped(counts.changed),
        )  # fmt: skip
        return done(message, self.back)

    def example(self) -> bytes:
        """A file with the column names and one line."""
        return sheets.written([self.table.example, self.table.example.values()])

    def _page(self, form: TableForm, **values: Any) -> str:
        nothing: dict[str, Any] = {"problems": [], "counts": None, "csv": "", "seen": ""}
        return render_template(self.template, form=form, **self._asdict(), **nothing | values)


IMPORTS = {
    "kelurahan": Import(
        _l("Import: %(table)s", table=_l("Kelurahan")), kelurahan_table.TABLE, "/admin/areas/import/kelurahan",
        "/admin/areas",
    ),
    "rt": Import(
        _l("Import: %(table)s", table=_l("RW and RT")), rt_table.TABLE, "/admin/areas/import/rt", "/admin/areas"
    ),
}  # fmt: skip


@blueprint.route("/admin/areas/import/<name>", methods=["GET", "POST"])
@open_to("admin")
def import_table(name: str) -> Answer:
    return _import(name).upload()


@blueprint.post("/admin/areas/import/<name>/confirmation")
@open_to("admin")
def confirm_import(name: str) -> Answer:
    return _import(name).confirm()


@blueprint.get("/admin/areas/import/<name>/template.csv")
@open_to("admin")
def table_template(name: str) -> Response:
    return as_file(_import(name).example(), f"{name}.csv")


def as_file(content: bytes, name: str) -> Response:
    """A CSV file to save."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _version(counts: Counts) -> str:
    return version_of({"replaced": counts.replaced})


def _import(name: str) -> Import:
    return IMPORTS.get(name) or abort(404)
