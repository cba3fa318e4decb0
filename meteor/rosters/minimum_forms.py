"""Minimum strengths: text in, values and problems out."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange

from meteor.agencies.models import Agency
from meteor.rosters.strength_labels import DAYS
from meteor.store.record_forms import RecordForm
from meteor.territory.models import Kecamatan

MOST = 500
"""Officers that a minimum asks for at most."""


def _time(label: Any) -> TimeField:
    return TimeField(label, [InputRequired(_l("Give a time such as 07:00."))])


class MinimumForm(RecordForm):
    agency_id = SelectField(_l("Agency"), [InputRequired(_l("Choose the agency."))], coerce=int)
    kecamatan_id = SelectField(_l("Kecamatan"), coerce=lambda value: int(value or 0))
    days = RadioField(
        _l("Days"), [InputRequired(_l("Choose the days."))],
        choices=[SelectChoice(kind, name) for kind, name in DAYS.items()],
    )  # fmt: skip
    starts = _time(_l("From"))
    ends = _time(_l("Until"))
    officers = IntegerField(
        _l("Officers at least"),
        [
            InputRequired(_l("Give a number from 1 to %(most)d.", most=MOST)),
            NumberRange(1, MOST, _l("Give a number from 1 to %(most)d.", most=MOST)),
        ],
    )

    def offer(self, agencies: Sequence[Agency], kecamatan: Sequence[Kecamatan]) -> None:
        """Offer these agencies and kecamatan to choose from; 0 for the whole city."""
        self.agency_id.choices = [SelectChoice(agency.id, agency.name) for agency in agencies]
        self.kecamatan_id.choices = [
            SelectChoice(0, str(_l("Whole city"))),
            *(SelectChoice(one.id, one.name) for one in kecamatan),
        ]

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of minimums.values_of."""
        return {**self.data, "kecamatan_id": self.kecamatan_id.data or None}
