"""Forms of decisions about incidents and their units."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FloatField,
    Form,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import UUID, AnyOf, DataRequired, InputRequired, Length, NumberRange

from meteor.dispatch.rules import REFUSALS
from meteor.incidents.forms import LONGEST_NOTE
from meteor.incidents.labels import OUTCOMES
from meteor.territory.place_fields import latitude_field, longitude_field

ASSIGNMENT_STEPS = ("acceptance", "refusal", "departure", "arrival", "clearance")
"""Steps of a crew, by the last part of their addresses."""

LONGEST_WAIT = 366 * 24 * 3600.0
"""Seconds; a tap that claims to be further away than this is no time at all."""

_length = Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters."))


def _reason(*rules: Any) -> TextAreaField:
    return TextAreaField(_l("Reason"), [*rules, _length])


_given = DataRequired(_l("Say why: it stands on the timeline."))


class RefusalForm(Form):
    reason = StringField(validators=[AnyOf(REFUSALS, _l("Give one of these reasons: vehicle, busy, too_far, other."))])


class ReasonForm(Form):
    reason = _reason(_given)


class UnitForm(Form):
    """A unit to add. `choices` are the ids of those that the user may add; a crew need not give a reason."""

    unit = RadioField(_l("Unit"), [InputRequired(_l("Choose a unit."))], coerce=int)
    reason = _reason()


class OverrideForm(UnitForm):
    """A unit to add or to put in another's place, with the reason that the dispatcher owes the timeline."""

    reason = _reason(_given)


class TypeForm(Form):
    """The form of type and priority. `choices` are active types; priority 0 is the type's own."""

    type = SelectField(_l("Type of incident"), [InputRequired(_l("Choose a type."))], coerce=int)
    priority = RadioField(
        _l("Priority"),
        [InputRequired(_l("Choose a priority."))],
        choices=[
            SelectChoice(0, _l("As the type says")),
            SelectChoice(1, _l("P1, life at risk")),
            SelectChoice(2, _l("P2, urgent")),
            SelectChoice(3, _l("P3, soon")),
            SelectChoice(4, _l("P4, can wait")),
        ],
        coerce=int,
    )
    reason = _reason(_given)


class StagingForm(Form):
    """The form of a staging point, in degrees WGS-84."""

    latitude = latitude_field()
    longitude = longitude_field()


class ClosureForm(Form):
    outcome = RadioField(
        _l("How did it end?"),
        [InputRequired(_l("Choose how it ended."))],
        choices=[SelectChoice(*outcome) for outcome in OUTCOMES.items()],
    )
    note = TextAreaField(_l("Note"), [_length])

    def validate_note(self, field: Field) -> None:
        if self.outcome.data == "handed_over" and not (field.data or "").strip():
            raise ValidationError(_("Write to whom it was handed over."))


class StepForm(Form):
    """A step that a tablet reports: its UUID, who tapped (a user's id) and how many seconds ago.

    `subject` is an assignment's id, of a closure the incident's number, of a status the call sign of the unit.
    """

    id = StringField(validators=[UUID(_l("The step has no valid id."))])
    by = IntegerField(validators=[InputRequired()])
    waited = FloatField(validators=[InputRequired(), NumberRange(-LONGEST_WAIT, LONGEST_WAIT)])
    step = StringField(validators=[AnyOf([*ASSIGNMENT_STEPS, "closure", "status"], _l("This step is not known."))])
    subject = StringField()
