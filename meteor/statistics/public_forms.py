"""Query of the public page of response times: a year or some months."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError

from meteor.statistics.load_forms import MonthsForm, months_later

_YEAR = re.compile(r"20\d\d", re.ASCII)


class PublicForm(MonthsForm):
    """A year such as "2026", or months; the last twelve complete months if nothing is given."""

    most = 13
    year = StringField(_l("Year"))

    def __init__(self, query: Mapping[str, Any], day: date) -> None:
        """Read a query; `day` is the last one that counts."""
        super().__init__(query, day)
        self.has_months = any(query.get(name, "").strip() for name in ("since", "until"))
        if not (self.since.data or "").strip() or "since" not in query:
            self.since.data = f"{months_later(day, -11):%Y-%m}"
        if not (self.until.data or "").strip():
            self.until.data = f"{day:%Y-%m}"
        if _YEAR.fullmatch(self.year.data or "") and not self.has_months:
            self.since.data, self.until.data = f"{self.year.data}-01", f"{self.year.data}-12"

    def validate_year(self, field: Field) -> None:
        if field.data and not _YEAR.fullmatch(field.data):
            raise ValidationError(_l("Give a year, such as 2026."))
        if field.data and self.has_months:
            raise ValidationError(_l("Give a year or months, not both."))

    @property
    def query(self) -> dict[str, str]:
        """The form as the values of an address; empty where nothing was given."""
        names = ("year",) if self.year.data else ("since", "until") if self.has_months else ()
        return {name: self[name].data for name in names}
