"""Areas and landmarks as the administrator keeps them: text in, values and problems out."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FileField, Form, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from meteor.store.record_forms import RecordForm, Unique
from meteor.territory.labels import LANDMARK_KINDS
from meteor.territory.models import Kecamatan, Landmark
from meteor.territory.place_fields import latitude_field, longitude_field
from meteor.territory.rt_table import HIGHEST

_PHONE = re.compile(r"\+?[0-9][0-9 ().-]*")
_KINDS = [SelectChoice(kind, words) for kind, words in LANDMARK_KINDS.items()]
_SHORTEST = 3  # digits: an emergency number
_POSTCODE = DataRequired(_l("Give the five digits of the postcode."))
_NUMBER = _l("Give a whole number from 1 to %(highest)d.", highest=HIGHEST)


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _lines(text: str | None) -> str:
    """The lines that say something, each once."""
    return "\n".join(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))


def _name_field(*checks: Any) -> StringField:
    return StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=100), *checks], filters=[_strip])


class KecamatanForm(RecordForm):
    name = _name_field(Unique(Kecamatan.name, _l("Another kecamatan is called so.")))


class LandmarkForm(RecordForm):
    name = _name_field(Unique(Landmark.name, _l("Another place is called so.")))
    kind = SelectField(_l("Kind"), [DataRequired()], choices=_KINDS)
    aliases = TextAreaField(_l("Other names"), [Length(max=1000)], filters=[_lines])
    latitude = latitude_field()
    longitude = longitude_field()


class KelurahanForm(RecordForm):
    name = _name_field()
    postcode = StringField(
        _l("Postcode"),
        [_POSTCODE, Regexp(r"^[0-9]{5}$", message=_l("Give the five digits of the postcode."))],
        filters=[_strip],
    )
    latitude = latitude_field()
    longitude = longitude_field()


class PositionForm(RecordForm):
    """The middle of an RT: both degrees, or neither."""

    latitude = latitude_field(required=False)
    longitude = longitude_field(required=False)

    def validate_latitude(self, field: Any) -> None:  # not called for an empty field: then the other one is asked
        self._refuse_half(field, self.longitude)

    def validate_longitude(self, field: Any) -> None:
        self._refuse_half(field, self.latitude)

    @property
    def position(self) -> dict[str, float | None]:
        """The entered values, by the names of Rt."""
        return {"latitude": self.latitude.data, "longitude": self.longitude.data}

    @staticmethod
    def _refuse_half(given: Any, other: Any) -> None:
        if given.data is not None and other.data is None:
            raise ValidationError(_l("Give both latitude and longitude, or neither."))


class RtForm(PositionForm):
    rw = IntegerField(_l("RW"), [InputRequired(_NUMBER), NumberRange(1, HIGHEST, _NUMBER)])
    rt = IntegerField(_l("RT"), [InputRequired(_NUMBER), NumberRange(1, HIGHEST, _NUMBER)])


class AdjacentAuthorityForm(Form):
    """The adjacent authority: a name and a number, or neither."""

    name = StringField(_l("Name"), [Length(max=100)], filters=[_strip])
    phone = StringField(_l("Phone number"), [Length(max=30)], filters=[_strip])

    def validate_name(self, field: Any) -> None:
        if self.phone.data and not field.data:
            raise ValidationError(_l("Enter the name."))

    def validate_phone(self, field: Any) -> None:
        if not field.data and not self.name.data:
            return
        if not _PHONE.fullmatch(field.data) or sum(letter.isdigit() for letter in field.data) < _SHORTEST:
            raise ValidationError(_l("Give a number that can be dialled, such as 112 or 0335 421112."))


class TableForm(Form):
    file = FileField(_l("CSV file"), [InputRequired(_l("Choose a CSV file that is not empty."))])
