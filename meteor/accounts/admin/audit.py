"""The administrator's pages about the audit log: who did or read what."""

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from meteor.accounts import audit_labels, audit_log, audit_wording, blueprint
from meteor.accounts.audit_forms import QuestionForm
from meteor.store import audit
from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.lists import listing


@blueprint.get("/admin/audit")
@open_to("admin")
def audit_entries() -> str | tuple[str, int]:
    form = QuestionForm.of(request.args)
    right = form.validate()
    page = listing(
        audit_log.entries(form.question),
        sorts={"at": AuditEntry.id}, filters=tuple(form.data), sort="-at",
    )  # fmt: skip
    shown = render_template(
        "accounts/admin/audit.html", page=page, form=form, sentences=audit_wording.sentences(page.rows),
        action_label=audit_labels.action_label, detail_lines=audit_labels.detail_lines,
        field_label=audit_wording.field_label,
    )  # fmt: skip
    return shown, 200 if right else 422


@blueprint.post("/admin/audit/export")
@open_to("admin")
def export_audit_entries() -> Response:
    """The entries that answer the same question, as CSV. That they were taken out is in the log, too."""
    form = QuestionForm.of(request.form)
    if not form.validate():
        abort(422, _("Give the days as dates such as 2026-12-31."))
    found = db.session.scalars(audit_log.entries(form.question).order_by(AuditEntry.id)).all()
    table = audit_log.written(found)
    asked = {name: str(value) for name, value in vars(form.question).items() if value}
    audit.record(current_user, "audit_exported", "audit_entries:*", entries=len(found), asked=asked)
    db.session.commit()
    headers = {"Content-Disposition": f'attachment; filename="audit-{now():%Y%m%d-%H%M}.csv"'}
    return Response(table, mimetype="text/csv", headers=headers)
