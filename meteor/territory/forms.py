"""Forms of a home's kelurahan and RT, and of a point on the map."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from meteor.store.database import db
from meteor.territory import choices
from meteor.territory.models import Rt
from meteor.territory.place_fields import latitude_field, longitude_field

_LONGEST_ID = 9  # digits


def _id(text: Any) -> int | None:
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None


class PointForm(Form):
    """A point on the map."""

    latitude = latitude_field()
    longitude = longitude_field()


class AreaForm(Form):
    """An RT, chosen among those of the kelurahan. An RT that comes alone says its kelurahan."""

    kelurahan = SelectField(
        _l("Kelurahan"), [DataRequired(_l("Choose the kelurahan."))], coerce=_id, validate_choice=False
    )
    rt = SelectField(_l("RT"), [DataRequired(_l("Choose the RT."))], coerce=_id, validate_choice=False)

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        if self.rt.data and not self.kelurahan.data:
            self.kelurahan.data = choices.kelurahan_of(self.rt.data)
        self.kelurahan.choices = [SelectChoice("", _("Choose the kelurahan"))] + [
            SelectChoice(area.id, area.name, optgroup=_("Kecamatan %(name)s", name=area.kecamatan.name))
            for area in choices.kelurahan()
        ]
        rts = choices.rts_of(self.kelurahan.data) if self.kelurahan.data else []
        self.rt.choices = [SelectChoice("", self._asks_for_rt(bool(rts)))] + [
            SelectChoice(rt.id, f"RT {rt.number:02} / RW {rt.rw.number:02}", optgroup=f"RW {rt.rw.number:02}")
            for rt in rts
        ]

    def validate_rt(self, field: SelectField) -> None:
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(_("This RT is not in the kelurahan above. Choose it again."))

    @property
    def home_rt(self) -> Rt:
        """The RT that was chosen, once the form is valid."""
        return db.session.get_one(Rt, self.rt.data)

    def _asks_for_rt(self, any_there: bool) -> str:
        if not self.kelurahan.data:
            return _("Choose the kelurahan first")
        return _("Choose the RT and RW") if any_there else _("No RT of this kelurahan is in METEOR yet")
