"""Forms of decisions about incidents and their units."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FloatField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import UUID, AnyOf, DataRequired, InputRequired, Length, NumberRange, StopValidation

from meteor.dispatch.override import ChoiceReason
from meteor.dispatch.rules import REFUSALS as REFUSAL_KEYS
from meteor.incidents.forms import LONGEST_NOTE
from meteor.incidents.labels import OUTCOMES, REFUSALS, STANDARD_REASONS
from meteor.incidents.places import Place
from meteor.territory import gazetteer
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
    reason = StringField()

    def validate_reason(self, field: Field) -> None:
        if field.data not in REFUSAL_KEYS:
            named = ", ".join(str(REFUSALS[key]) for key in REFUSAL_KEYS)
            raise ValidationError(_("Choose one of these reasons: %(reasons)s.", reasons=named))


class ReasonForm(Form):
    reason = _reason(_given)


def _only_where_owed(form: Any, field: Field) -> None:
    """Validate a standard reason: it may stay out where none is owed, or where own words are given."""
    if not any(field.raw_data or ()):
        field.errors = []
        raise StopValidation("" if form.own_words else form.owed)


class ReasonedForm(Form):
    """The reason for a choice of units: a standard one, or "other" with own words.

    `owed` says why a reason is owed, and is empty where it may stay out.
    """

    standard = RadioField(
        _l("Reason"), [_only_where_owed], choices=[SelectChoice(*reason) for reason in STANDARD_REASONS.items()]
    )
    reason = TextAreaField(_l("Reason in your own words"), [_length])
    owed = ""

    @property
    def own_words(self) -> str:
        """The text, where no standard reason makes it void."""
        return "" if self.standard.data not in (None, "", "other") else (self.reason.data or "").strip()

    @property
    def given(self) -> ChoiceReason:
        """The reason as the timeline keeps it."""
        own_words = self.own_words
        return ChoiceReason(own_words, "" if own_words else self.standard.data or "")

    def validate_reason(self, field: Field) -> None:
        if self.standard.data == "other" and not self.own_words:
            raise ValidationError(_("Write the reason, or choose another one."))


class UnitsForm(ReasonedForm):
    """Units to add. `unit.choices` are the ids of those that the user may add."""

    unit = SelectMultipleField(_l("Units"), [InputRequired(_l("Choose at least one unit."))], coerce=int)


class ReplacementForm(ReasonedForm):
    """A unit to put in another's place, for which the dispatcher always owes the reason."""

    unit = RadioField(_l("Unit"), [InputRequired(_l("Choose a unit."))], coerce=int)
    owed = _l("Say why: it stands on the timeline.")


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


class PlaceForm(Form):
    """The form of an incident's place: words that the gazetteer knows, or degrees WGS-84 with a radius in metres."""

    place = StringField(_l("Place"), [_length], filters=[lambda text: (text or "").strip()])
    latitude = latitude_field(required=False)
    longitude = longitude_field(required=False)
    radius = HiddenField()

    def validate(self, *args: Any, **options: Any) -> bool:
        """Check the fields, and that they name a point."""
        if super().validate(*args, **options) and self.found is None:
            unknown = _("This place is not known for sure. Write another one, or its degrees.")
            self.place.errors = [
                *self.place.errors,
                unknown if self.place.data else _("Write the place, or its degrees."),
            ]
        return not self.errors

    @property
    def found(self) -> Place | None:
        """The place of the degrees, or else the only one that the words can mean."""
        words, latitude, longitude = self.place.data or "", self.latitude.data, self.longitude.data
        if latitude is not None and longitude is not None:
            radius = self.radius.data or ""
            return Place(latitude, longitude, float(radius) if radius.isdecimal() else None, "call", words)
        hit = gazetteer.sure(words) if words else None
        return Place(hit.latitude, hit.longitude, hit.radius, "call", words) if hit else None


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
