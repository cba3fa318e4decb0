"""The form of the figures: months, one dimension to group by, and values to narrow by."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from meteor.statistics.figures import Question
from meteor.statistics.labels import DIMENSIONS
from meteor.statistics.load_forms import MonthsForm

Choices = Sequence[tuple[str, str]]


class FilterForm(MonthsForm):
    """An empty value narrows nothing."""

    group = SelectField(_l("Group by"))
    agency = SelectField(_l("Leading agency"))
    type = SelectField(_l("Type"))
    priority = SelectField(_l("Priority"))
    kelurahan = SelectField(_l("Kelurahan"))
    source = SelectField(_l("Source"))
    hour = SelectField(_l("Hour"))

    def __init__(self, query: Mapping[str, Any], choices: Mapping[str, Choices], today: date) -> None:
        super().__init__(query, today, **(dict.fromkeys(choices, "") | {"group": "month"}))
        self.group.choices = list(DIMENSIONS.items())
        for name, values in choices.items():
            self[name].choices = [("", _("All")), *values]

    def validate(self) -> bool:
        """Return whether all can be read. A value that is no choice stays in the form."""
        valid: bool = super().validate()
        for field in self:
            if isinstance(field, SelectField) and field.errors:
                field.choices = [*field.choices, (field.data, field.data)]
        return valid

    @property
    def question(self) -> Question:
        """Return the question of the form."""
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
