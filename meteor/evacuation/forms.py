"""Forms of gathering points, routes and the public page."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from meteor.evacuation import lines
from meteor.evacuation.models import EvacuationRoute, GatheringPoint
from meteor.evacuation.protection import ALL, CODES, names
from meteor.evacuation.sites import all_points
from meteor.store.record_forms import RecordForm, Unique
from meteor.territory import choices
from meteor.territory.place_fields import latitude_field, longitude_field

LONGEST_NAME, LONGEST_NOTE, LARGEST = 100, 500, 1_000_000

_NAME_TAKEN = _l("This name is taken.")


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("Write at most %(max)d characters."))


def _hazards(language: str) -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in zip(CODES, names(CODES, language), strict=True)]


class CapacityField(IntegerField):
    """A number of people, or none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a number of people, such as 500.")) from error


class PointForm(RecordForm):
    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write a name that people know, such as Alun-alun.")), _at_most(LONGEST_NAME),
         Unique(GatheringPoint.name, _NAME_TAKEN)],
        filters=[_stripped],
    )  # fmt: skip
    latitude = latitude_field()
    longitude = longitude_field()
    capacity = CapacityField(
        _l("Room for how many people"),
        [Optional(), NumberRange(1, LARGEST, _l("Write a number of people, such as 500."))],
    )
    safe_from = SelectMultipleField(_l("Safe from"), [DataRequired(_l("Choose one hazard at least."))])
    note = TextAreaField(_l("Note"), [_at_most(LONGEST_NOTE)], filters=[_stripped])
    active = BooleanField(_l("People may gather here now"))

    def __init__(self, typed: Any, record: GatheringPoint, language: str) -> None:
        super().__init__(typed, record)
        self.safe_from.choices = _hazards(language)


class RouteForm(RecordForm):
    """`line` is text; `latitude` and `longitude` are the next point of it, which the map fills."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Write the name of the route.")), _at_most(LONGEST_NAME),
         Unique(EvacuationRoute.name, _NAME_TAKEN)],
        filters=[_stripped],
    )  # fmt: skip
    point_id = SelectField(
        _l("Leads to"), [DataRequired(_l("Choose the gathering point."))], coerce=lambda text: int(text or 0)
    )
    line = TextAreaField(_l("Line of the route"), [_at_most(8000)], filters=[_stripped])
    note = TextAreaField(_l("Note"), [_at_most(LONGEST_NOTE)], filters=[_stripped])

    def __init__(self, typed: Any, route: EvacuationRoute) -> None:
        known = {"name": route.name, "point_id": route.point_id, "line": lines.text_of(route.line or []),
                 "note": route.note}  # fmt: skip
        super().__init__(typed, route, known)
        points = [SelectChoice(point.id, point.name) for point in all_points()]
        self.point_id.choices = [SelectChoice(0, _("Choose the gathering point")), *points]

    def validate_line(self, field: Field) -> None:
        try:
            lines.line_of(field.data)
        except lines.WrongLine as wrong:
            raise ValidationError(str(wrong)) from wrong

    @property
    def values(self) -> dict[str, Any]:
        """The columns of EvacuationRoute, once the form is valid."""
        return {**self.data, "line": lines.line_of(self.line.data or "")}


class NextPointForm(Form):
    """The next point of a line, degrees WGS-84: filled by the map or typed."""

    latitude = latitude_field()
    longitude = longitude_field()


class WhereForm(Form):
    """The position of the public page's reader, and the hazard that points must be safe from. All may be left out."""

    latitude = latitude_field(required=False)
    longitude = longitude_field(required=False)
    kelurahan = SelectField(_l("Kelurahan"), [Optional()], validate_choice=False)
    hazard = SelectField(_l("Safe from"), [Optional()], validate_choice=False)

    def __init__(self, typed: Any, language: str) -> None:
        super().__init__(typed)
        self.kelurahan.choices = [SelectChoice("", _("Choose the kelurahan"))] + [
            SelectChoice(str(area.id), area.name, optgroup=_("Kecamatan %(name)s", name=area.kecamatan.name))
            for area in choices.kelurahan()
        ]
        self.hazard.choices = [
            SelectChoice("", _("all gathering points")),
            SelectChoice(ALL, _("every hazard")),
            *_hazards(language),
        ]
