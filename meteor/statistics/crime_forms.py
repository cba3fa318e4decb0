"""Queries of the pages of statistics."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, ValidationError


class YearForm(Form):
    """The year whose months, kinds and kelurahan are shown: one of `years`, the last one unless the query says so."""

    year = SelectField(_l("Year"), validate_choice=False)

    def __init__(self, query: Mapping[str, Any], years: Sequence[int]) -> None:
        super().__init__(query)
        self.year.choices = [str(year) for year in reversed(years)]
        self.year.flags.required = True
        if "year" not in query:
            self.year.data = str(years[-1])

    def validate_year(self, field: SelectField) -> None:
        if field.data not in field.choices:
            first, last = field.choices[-1], field.choices[0]
            field.choices = [field.data or "", *field.choices]
            raise ValidationError(_l("Choose a year from %(first)s to %(last)s.", first=first, last=last))
