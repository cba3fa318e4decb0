"""A field for one of an agency's officers, who is typed by name or user name and suggested by the browser."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, Form
from wtforms.validators import DataRequired, StopValidation
from wtforms.widgets import TextInput

NAMED = 5
"""Highest number of officers that are named where a text may mean several."""


class OfficerInput(TextInput):
    """An input with the officers as its suggestions; without them, any part of a name will do."""

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        officers = Markup("").join(Markup('<option value="{}">').format(label) for label in field.officers.values())
        shown = super().__call__(field, **{"list": f"{field.id}-officers", "autocomplete": "off"} | kwargs)
        return shown + Markup('<datalist id="{}-officers">{}</datalist>').format(field.id, officers)


class OfficerField(Field):
    """The id of one of `officers` (labels by id), 0 for none. What was typed is shown again as it was."""

    widget = OfficerInput()
    officers: Mapping[int, str] = {}
    typed: str | None = None

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, [DataRequired(_l("Choose the officer."))], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.typed, self.data = " ".join(valuelist[0].split()), 0

    def pre_validate(self, form: Form) -> None:
        if self.typed:
            self.data = self._meant(self.typed.casefold())

    def _value(self) -> str:
        return self.officers.get(self.data or 0, "") if self.typed is None else self.typed

    def _meant(self, text: str) -> int:
        labels = {user_id: label.casefold() for user_id, label in self.officers.items()}
        exact = [user_id for user_id, label in labels.items() if text in (label, *label.split(" · "))]
        found = exact or [user_id for user_id, label in labels.items() if text in label]
        if len(found) == 1:
            return found[0]
        if not found:
            raise StopValidation(_("No officer of the agency has this name. Write another part of it."))
        named = ", ".join(self.officers[user_id] for user_id in found[:NAMED])
        raise StopValidation(_("%(number)d officers are called so: %(names)s", number=len(found),
                               names=named + (" …" if len(found) > NAMED else "")))  # fmt: skip
