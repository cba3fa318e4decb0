"""The query of the page of crime."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, ValidationError


class CrimeForm(Form):
    """The form of the year that is shown: one of `years`, the last one if the query names none.

    Kinds and kelurahan are of a single month ("1" to "12") if the query says so.
    """

    year = SelectField(_l("Year"), validate_choice=False)
    month = SelectField(_l("Month"), validate_choice=False)

    def __init__(self, query: Mapping[str, Any], years: Sequence[int]) -> None:
        super().__init__(query)
        self.year.choices = [str(year) for year in reversed(years)]
        self.year.flags.required = True
        if "year" not in query:
            self.year.data = str(years[-1])
        self.month.choices = [("", _("All"))]
        self.month.choices += [(str(number), format_date(date(2024, number, 1), "LLLL")) for number in range(1, 13)]

    def validate_year(self, field: SelectField) -> None:
        if field.data not in field.choices:
            first, last = field.choices[-1], field.choices[0]
            field.choices = [field.data or "", *field.choices]
            raise ValidationError(_l("Choose a year from %(first)s to %(last)s.", first=first, last=last))

    def validate_month(self, field: SelectField) -> None:
        if field.data and field.data not in dict(field.choices):
            field.choices = [(field.data, field.data), *field.choices]
            raise ValidationError(_l("Choose a month from 1 to 12."))
