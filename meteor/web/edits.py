"""Edits of records: a form over another user's change is shown again, with both values."""

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Field, Form

from meteor.store.database import Base, db
from meteor.store.versions import version_of

Record = TypeVar("Record", bound=Base)

Answer = Response | str | tuple[str, int]

SEEN = "seen"
"""The hidden field that keeps the version which the form was filled in over (parts/forms.html)."""


def get_or_404(model: type[Record], key: Any) -> Record:
    """The record as the database has it now, or 404."""
    return db.session.get(model, key, populate_existing=True) or abort(404)


def ready(form: Form, before: Mapping[str, Any]) -> bool:
    """Return whether the form was posted and can be saved over the record's values `before` (none for a new record).

    A form with errors is compared too: it is shown again over the version of now.
    """
    if request.method != "POST":
        return False
    valid = form.validate()
    return not changed_meanwhile(form, before) and valid


def done(message: str, address: str) -> Response:
    """Commit, say what was done, and lead to `address`."""
    db.session.commit()
    flash(message)
    return redirect(address)


def form_page(template: str, form: Form, before: Mapping[str, Any], **shown: Any) -> tuple[str, int]:
    """The page of a form over the record's values `before`, with what is wrong with the form."""
    page = render_template(template, form=form, version=version_of(before), **shown)
    return page, 422 if form.errors else 200


def refuse(field: Field, message: str) -> None:
    """Say beside a field why it cannot be saved."""
    field.errors = [*field.errors, message]


def changed_meanwhile(form: Form, values: Mapping[str, Any]) -> bool:
    """Return whether the record's `values` (by field name) are not those that the posted form was filled in over.

    The form then says so, and beside each field what the record says now. What was typed stays; a second post,
    over the version of now, replaces it knowingly. A new record (no values) was changed by nobody.
    """
    if not values or request.form.get(SEEN) == version_of(values):
        return False
    form.form_errors.append(
        _("Somebody else has changed this meanwhile. Compare what it says now with what you typed; saving replaces it.")
    )
    for field in form:
        read = getattr(field, "value", None)  # "0813 3000 0001" is the number that is stored as "+6281330000001"
        if field.name in values and not any(_same(one, values[field.name]) for one in (field.data, read)):
            field.errors = [*field.errors, _("It says “%(value)s” now.", value=shown(field, values[field.name]))]
    return True


def shown(field: Field, value: Any) -> str:
    """`value` as `field` would show it: the labels of choices, the words for yes and no."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    labels = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or ()}
    parts = value if isinstance(value, list | tuple) else [value]
    return ", ".join(labels.get(str(part), str(part)) for part in parts)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return bool(one == other)
