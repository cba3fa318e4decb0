"""The table of officers as a file: in, after a look at what each line changes."""

from typing import Any

from flask import Response
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from meteor.accounts.phones import readable
from meteor.accounts.roles import STAFF
from meteor.accounts.user_forms import ROLE_NAMES
from meteor.agencies import blueprint, officer_table
from meteor.territory.admin.imports import Import, as_file
from meteor.web.access import asks_password, open_to
from meteor.web.edits import Answer

IMPORT = Import(
    _l("Import officers"), officer_table.TABLE, "/admin/members/import", "/admin/members",
    "agencies/admin/officers_import.html",
)  # fmt: skip


@blueprint.record_once
def _name_roles(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.globals.update(staff_roles={role: ROLE_NAMES[role] for role in STAFF})


@blueprint.app_template_filter()
def officer_value(value: Any, name: str) -> str:
    """A value of an account as the preview shows it."""
    if name == "roles":
        return ", ".join(str(ROLE_NAMES[role]) for role in value)
    return readable(value) if name == "phone" and value else value or "–"


@blueprint.route("/admin/members/import", methods=["GET", "POST"])
@open_to("admin")
def upload_officers() -> Answer:
    return IMPORT.upload()


@blueprint.post("/admin/members/import/confirmation")
@open_to("admin")
@asks_password
def confirm_officers() -> Answer:
    return IMPORT.confirm()


@blueprint.get("/admin/members/import/template.csv")
@open_to("admin")
def officers_template() -> Response:
    return as_file(IMPORT.example(), "petugas.csv")
