"""The form of an incident that was handled on paper: its fields, as many rows of units as there are."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    DateField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.form import FormMeta
from wtforms.validators import UUID, DataRequired, InputRequired, Length

from meteor.agencies.models import Unit
from meteor.alerts.rules import LONGEST_NOTE
from meteor.board.paper_times import clock_in
from meteor.incidents.labels import OUTCOMES
from meteor.store.database import db
from meteor.territory.place_fields import latitude_field, longitude_field

ROWS = 3
"""Rows for units at first, and how many a press on "more" adds."""

MOST_ROWS = 30

STEPS = {"accepted": _l("Accepted"), "en_route": _l("Departed"), "on_scene": _l("Arrived"), "cleared": _l("Free again")}
"""The steps of a unit, in their order."""


class ClockField(StringField):
    """A time of day as it is written; `moment` is what it means, once the form has been read."""

    moment: datetime | None = None

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no time of day."""
        if self.data and clock_in(self.data) is None:
            raise ValidationError(_("Write a time of day, such as 21.05."))


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("Write at most %(max)d characters."))


class CatchUpFields(Form):
    """Fields of an incident. `id` is the form's UUID: sent twice it is stored once."""

    id = HiddenField(validators=[UUID(_l("Open the form anew and enter it again."))])
    number = StringField(
        _l("Number on the paper"), [DataRequired(_l("Write the number on the paper, such as W-01.")), _at_most(20)]
    )
    day = DateField(_l("Day of the report"), [InputRequired(_l("Choose the day of the report."))])
    reported = ClockField(_l("Reported at"), [DataRequired(_l("Write when it was reported, such as 21.05."))])
    type = StringField(_l("What: the type of incident"), [DataRequired(_l("Choose the type of incident."))])
    type_id = HiddenField()
    place = StringField(_l("Where: the place"), [_at_most(500)])
    latitude = latitude_field(required=False)
    longitude = longitude_field(required=False)
    radius = HiddenField()
    note = TextAreaField(_l("What happened"), [_at_most(LONGEST_NOTE)])
    name = StringField(_l("The caller's name"), [_at_most(200)])
    phone = StringField(_l("The caller's number"), [_at_most(40)])
    ended = RadioField(
        _l("Is it over?"),
        [InputRequired(_l("Choose whether it is over."))],
        choices=[SelectChoice("closed", _l("Closed")), SelectChoice("open", _l("Still open"))],
        default="closed",
    )
    closed = ClockField(_l("Closed at"))
    outcome = SelectField(
        _l("How did it end?"), choices=[SelectChoice("", "–"), *map(SelectChoice, OUTCOMES, OUTCOMES.values())]
    )
    outcome_note = StringField(_l("Note on the end"), [_at_most(LONGEST_NOTE)])

    rows: range

    def row(self, number: int) -> dict[str, Field]:
        """The fields of a row of units: "unit" and STEPS."""
        return {name: self[f"{name}_{number}"] for name in ("unit", *STEPS)}


def fields_with(rows: int) -> FormMeta:
    """The form with so many rows of units."""
    choices = [SelectChoice("", "–"), *(SelectChoice(str(unit.id), unit.call_sign) for unit in _units())]
    fields: dict[str, Any] = {"rows": range(1, min(rows, MOST_ROWS) + 1)}
    for number in fields["rows"]:
        fields[f"unit_{number}"] = SelectField(_l("Unit"), choices=choices)
        fields |= {f"{step}_{number}": ClockField(label) for step, label in STEPS.items()}
    return FormMeta("CatchUpFields", (CatchUpFields,), fields)


def _units() -> Any:
    return db.session.execute(select(Unit.id, Unit.call_sign).where(Unit.in_service).order_by(Unit.call_sign)).all()
