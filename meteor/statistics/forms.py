"""The form of the figures: months, one dimension to group by, and values to narrow by."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, SelectField, StringField, ValidationError

from meteor.statistics.figures import Question
from meteor.statistics.labels import DIMENSIONS

Choices = Sequence[tuple[str, str]]

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


def _month(form: Form, field: Field) -> None:
    if not _MONTH.fullmatch(field.data or ""):
        raise ValidationError(_("Give a month, such as 2026-11."))


class FilterForm(Form):
    """Months as "2026-11"; an empty value narrows nothing."""

    since = StringField(_l("From month"), [_month])
    until = StringField(_l("Until month"), [_month])
    group = SelectField(_l("Group by"))
    agency = SelectField(_l("Leading agency"))
    type = SelectField(_l("Type"))
    priority = SelectField(_l("Priority"))
    kelurahan = SelectField(_l("Kelurahan"))
    source = SelectField(_l("Source"))
    hour = SelectField(_l("Hour"))

    @classmethod
    def of(cls, arguments: Mapping[str, str], choices: Mapping[str, Choices], today: date) -> "FilterForm":
        """The form that a request's arguments fill; without months it asks for the last twelve."""
        before = today.year * 12 + today.month - 12  # months since year 0, counted from 0
        given = {"since": f"{before // 12}-{before % 12 + 1:02}", "until": f"{today:%Y-%m}", "group": "month"}
        form = cls(data=dict.fromkeys(choices, "") | given | dict(arguments.items()))
        form.group.choices = list(DIMENSIONS.items())
        for name, values in choices.items():
            form[name].choices = [("", _("All")), *values]
        return form

    def validate(self) -> bool:
        """Whether all can be read. What was asked for stays in the form, also where it is no choice."""
        valid: bool = super().validate()
        for field in self:
            if isinstance(field, SelectField) and field.errors:
                field.choices = [*field.choices, (field.data, field.data)]
        return valid

    def validate_until(self, field: Field) -> None:
        if not (field.errors or self.since.errors) and field.data < self.since.data:
            raise ValidationError(_("The last month is before the first."))

    @property
    def question(self) -> Question:
        """What is asked for."""
        values = {name: self[name].data for name in DIMENSIONS if name != "month" and self[name].data}
        read: dict[str, Callable[[str], Any]] = {"source": str}
        return Question(
            self.since.data or "", self.until.data or "",
            {name: read.get(name, int)(value) for name, value in values.items()},
        )  # fmt: skip

    @property
    def query(self) -> dict[str, str]:
        """The form as the values of an address."""
        return {name: value for name, value in self.data.items() if value}
