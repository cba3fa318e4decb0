"""The form by which an officer reports sick."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form, ValidationError
from wtforms.validators import DataRequired

from meteor.rosters.sick_calls import LONGEST
from meteor.store.moments import today


class SickCallForm(Form):
    """The days on which the officer cannot come; today unless the officer says otherwise."""

    first_day = DateField(_l("First day"), [DataRequired(_l("Enter the day."))], default=today)
    last_day = DateField(_l("Probably until"), [DataRequired(_l("Enter the day."))], default=today)

    def validate_first_day(self, field: Field) -> None:
        if field.data and not timedelta() <= field.data - today() <= LONGEST:
            raise ValidationError(_("Choose today or one of the next two weeks."))

    def validate_last_day(self, field: Field) -> None:
        first = self.first_day.data
        if first and field.data and not timedelta() <= field.data - first <= LONGEST:
            raise ValidationError(_("The last day is on or after the first, and at most two weeks later."))
