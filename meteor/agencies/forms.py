"""Duty and positions: text in, values and problems out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, FloatField, Form, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from meteor.agencies.rules import BY_HAND

FARTHEST_OFF = 100_000.0
"""Metres of accuracy beyond which the number itself is wrong."""


class DutyForm(Form):
    """The form of an officer's unit. `choices` are ids of permitted units."""

    unit = RadioField(_l("Your unit"), [InputRequired(_l("Choose your unit."))], coerce=int)


class StatusForm(Form):
    """The form of a unit's status."""

    status = StringField(validators=[AnyOf(BY_HAND, _l("Choose whether the unit is available or off duty."))])


class MomentField(StringField):
    """A point in time: ISO 8601 with its zone, or seconds since 1970. Empty is None."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        text = (self.data or "").strip()
        self.data = _moment(text) if text else None


class PositionForm(Form):
    """A fix: degrees WGS-84, metres, and when it was taken (now, if it does not say)."""

    latitude = FloatField(
        _l("Latitude"),
        [
            InputRequired(_l("Give degrees from -90 to 90.")),
            NumberRange(-90, 90, _l("Give degrees from -90 to 90.")),
        ],
    )
    longitude = FloatField(
        _l("Longitude"),
        [
            InputRequired(_l("Give degrees from -180 to 180.")),
            NumberRange(-180, 180, _l("Give degrees from -180 to 180.")),
        ],
    )
    accuracy = FloatField(
        _l("Accuracy"), [Optional(), NumberRange(0, FARTHEST_OFF, _l("Give metres from 0 to 100,000."))]
    )
    at = MomentField(_l("Time of the position"))

    def validate_latitude(self, field: Field) -> None:
        """(0, 0) is what a device says that does not know."""
        if field.data == 0 and self.longitude.data == 0:
            raise ValidationError(_("0, 0 is no position."))

    def fix(self) -> tuple[float, float, float | None]:
        """Latitude, longitude and accuracy, once they are valid."""
        return self.latitude.data, self.longitude.data, self.accuracy.data

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "PositionForm":
        """The form filled from a form's fields or a JSON object."""
        return cls(MultiDict({name: str(value) for name, value in values.items() if value is not None}))


def _moment(text: str) -> datetime:
    try:
        if text.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(_("Give a time with its zone, such as 2026-11-24T07:03:05Z."))
    return at
