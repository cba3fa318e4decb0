"""Forms of shift types, planned shifts, leave and the copy of a week."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from meteor.agencies.models import Unit
from meteor.rosters.absence import LONGEST_LEAVE
from meteor.rosters.labels import LEAVE
from meteor.rosters.models import PlannedShift, ShiftType
from meteor.rosters.months import monday_of
from meteor.rosters.officer_field import OfficerField
from meteor.rosters.rest import LONGEST
from meteor.store.database import db
from meteor.store.moments import today
from meteor.store.record_forms import DecimalField, RecordForm

HOUR = timedelta(hours=1)
REACH = timedelta(days=731)
"""Time from today in which shifts and leave are planned."""


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _number(text: str | None) -> int:
    return int(text or 0)


def _length(shift_type: ShiftType) -> str:
    return _("%(hours)s h", hours=format_decimal(shift_type.minutes / 60, "0.#"))


def _unit_name(unit: Unit) -> str:
    return unit.call_sign if unit.in_service else _("%(unit)s (out of service)", unit=unit.call_sign)


def _day(label: Any) -> DateField:
    return DateField(label, [DataRequired(_l("Enter the day.")), _check_reach])


def _check_reach(form: Form, field: Field) -> None:
    if abs(field.data - today()) > REACH:
        raise ValidationError(_("Choose a day within two years of today."))


class ShiftTypeForm(RecordForm):
    name = StringField(
        _l("Name"), [DataRequired(_l("Write a name, such as Pagi.")), Length(max=40)], filters=[_stripped]
    )
    code = StringField(
        _l("Letters in the roster"),
        [Regexp(r"^[A-Z0-9]{1,3}$", message=_l("1 to 3 capital letters or digits."))],
        filters=[lambda text: _stripped(text).upper()],
    )
    starts = TimeField(_l("Starts at (WIB)"), [InputRequired(_l("Enter a time, such as 07:00."))])
    hours = DecimalField(
        _l("Length in hours"),
        [InputRequired(_l("Write a length of 0.5 to 12 hours.")),
         NumberRange(0.5, LONGEST / HOUR, _l("Write a length of 0.5 to 12 hours."))],
        _l("Write a length of 0.5 to 12 hours."),
    )  # fmt: skip
    active = BooleanField(_l("Offered for new shifts"))

    def __init__(self, typed: Any, record: ShiftType) -> None:
        known = {"name": record.name, "code": record.code, "starts": record.starts, "active": record.active,
                 "hours": record.minutes and record.minutes / 60}  # fmt: skip
        super().__init__(typed, record, known)

    def validate_code(self, field: Field) -> None:
        same = select(ShiftType.id).where(ShiftType.agency_id == self.record.agency_id, ShiftType.code == field.data)
        if db.session.scalar(same) not in (None, self.record.id):
            raise ValidationError(_("Another shift type of the agency has these letters."))

    @property
    def values(self) -> dict[str, Any]:
        """The columns of ShiftType, once the form is valid."""
        return {"name": self.name.data, "code": self.code.data, "starts": self.starts.data,
                "minutes": round((self.hours.data or 0) * 60), "active": self.active.data}  # fmt: skip


class PlannedShiftForm(RecordForm):
    """`confirmed` accepts less rest than rosters.rest.REST, of the list that `asked` is the fingerprint of.

    `asks_to_confirm` is that of the list that is shown: nothing else is in the way.
    """

    user_id = OfficerField(_l("Officer"))
    day = _day(_l("Day"))
    shift_type_id = SelectField(_l("Shift"), [DataRequired(_l("Choose the shift."))], coerce=_number)
    unit_id = SelectField(_l("Unit"), coerce=_number)
    post = StringField(_l("Post"), [Length(max=100)], filters=[_stripped])
    confirmed = BooleanField(_l("Plan it with less rest"))
    asked = StringField()
    asks_to_confirm = ""

    def __init__(self, typed: Any, record: PlannedShift, values: Mapping[str, Any]) -> None:
        super().__init__(typed, record, {"post": "", **values})
        if record.id:
            del self.user_id

    def offer(self, types: Sequence[ShiftType], units: Sequence[Unit]) -> None:
        """Offer these shift types and units, also one that is out of service now."""
        self.shift_type_id.choices = [
            SelectChoice(one.id, f"{one.name} · {one.starts:%H.%M} · {_length(one)}") for one in types
        ]
        units_offered = [SelectChoice(unit.id, _unit_name(unit)) for unit in units]
        self.unit_id.choices = [SelectChoice(0, _("No unit yet")), *units_offered]

    def offer_officers(self, officers: Mapping[int, str]) -> None:
        """Offer these officers, labels by id, for a new shift."""
        self.user_id.officers = officers


class LeaveForm(Form):
    """`cancelling` cancels the shifts of these days, of the list that `asked` is the fingerprint of.

    `asks_to_cancel` is that of the list that is in the way, `planned` the list in words.
    """

    user_id = OfficerField(_l("Officer"))
    kind = SelectField(_l("Kind"), [DataRequired()])
    first_day = _day(_l("First day"))
    last_day = _day(_l("Last day"))
    note = TextAreaField(_l("Note"), [Length(max=300)], filters=[_stripped])
    cancelling = BooleanField(_l("Cancel the planned shifts of these days"))
    asked = StringField()
    asks_to_cancel = planned = ""

    def offer(self, officers: Mapping[int, str]) -> None:
        """Offer these officers, labels by id."""
        self.user_id.officers = officers
        self.kind.choices = [SelectChoice(kind, label) for kind, label in LEAVE.items()]

    def validate_last_day(self, field: Field) -> None:
        first = self.first_day.data
        if first and field.data and not timedelta() <= field.data - first <= LONGEST_LEAVE:
            raise ValidationError(_("The last day is on or after the first, and at most a year later."))


class WeekCopyForm(Form):
    """The Mondays of two weeks; another day of the week stands for its Monday."""

    source = _day(_l("Copy the week of"))
    target = _day(_l("Into the week of"))

    def validate_target(self, field: Field) -> None:
        source: date | None = self.source.data
        if source and field.data and monday_of(source) == monday_of(field.data):
            raise ValidationError(_("Choose another week to copy into."))
        if field.data and monday_of(field.data) < monday_of(today()):
            raise ValidationError(_("The week to copy into is over. Choose the present week or a later one."))


class ColleagueForm(Form):
    """The colleague to whom an officer offers a shift."""

    colleague = OfficerField(_l("Colleague"))

    def offer(self, officers: Mapping[int, str]) -> None:
        """Offer these officers, labels by id."""
        self.colleague.officers = officers
