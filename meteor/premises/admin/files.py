"""The table of premises as a file: in, after a look at what it changes, and out."""

from flask import Response
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from meteor.premises import blueprint, table
from meteor.premises.models import Premises
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import today
from meteor.territory.admin.imports import Import, as_file
from meteor.web.access import open_to
from meteor.web.edits import Answer

IMPORT = Import(
    _l("Import premises"), table.TABLE, "/admin/premises/import", "/admin/premises", "premises/admin/import.html"
)


@blueprint.route("/admin/premises/import", methods=["GET", "POST"])
@open_to("admin")
def upload_table() -> Answer:
    return IMPORT.upload()


@blueprint.post("/admin/premises/import/confirmation")
@open_to("admin")
def confirm_import() -> Answer:
    return IMPORT.confirm()


@blueprint.get("/admin/premises/import/template.csv")
@open_to("admin")
def table_template() -> Response:
    return as_file(IMPORT.example(), "premises.csv")


@blueprint.post("/admin/premises/export")
@open_to("admin")
def export() -> Response:
    """Export of all premises, without pass phrases."""
    everything = db.session.scalars(select(Premises).order_by(Premises.name)).all()
    content = table.written(everything)
    audit.record(current_user, "premises_exported", "premises:*", count=len(everything))
    db.session.commit()
    return as_file(content, f"premises-{today():%Y%m%d}.csv")
