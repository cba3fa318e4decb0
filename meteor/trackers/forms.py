"""Trackers as the administrator keeps them: text in, values and problems out."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from meteor.agencies.models import Unit


def _strip(text: str | None) -> str:
    return " ".join((text or "").split())


class TrackerForm(Form):
    name = StringField(
        _l("Name of the device"),
        [DataRequired(_l("Enter a name such as TRAIL-01 phone.")), Length(max=60)],
        filters=[_strip],
    )
    unit_id = SelectField(_l("Unit"), [InputRequired(_l("Choose the unit."))], coerce=int)

    def offer(self, units: Sequence[Unit]) -> None:
        """Offer these units to choose from."""
        self.unit_id.choices = [SelectChoice(unit.id, unit.call_sign) for unit in units]
