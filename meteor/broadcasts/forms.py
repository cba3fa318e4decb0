"""Forms of a message to an RT, and of its end. What was typed comes back with every problem."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from meteor.broadcasts import labels
from meteor.broadcasts.models import ALARM
from meteor.broadcasts.rules import Draft

LONGEST = 500
LONGEST_ALARM = 24
"""Hours for which an alarm may be shown."""

USUAL = {"notice": 72, "alarm": 2}
"""Hours for which a message is shown if nothing was chosen."""


def _stripped(text: str | None) -> str:
    """Strip the text; a line's end is one character, as the browser's `maxlength` counts."""
    return (text or "").replace("\r\n", "\n").strip()


def _choices(words: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("Write at most %(max)d characters."))


class MessageForm(Form):
    """A message: kind, text, and for how long it is shown. `id` makes a form that is sent twice one message."""

    id = HiddenField()
    kind = RadioField(
        _l("Notice or alarm?"), [InputRequired(_l("Choose notice or alarm."))], choices=_choices(labels.CHOICES),
        validate_choice=False,
    )  # fmt: skip
    text = TextAreaField(
        _l("Text"), [InputRequired(_l("Write what the residents should know.")), _at_most(LONGEST)], filters=[_stripped]
    )
    lasts = SelectField(_l("Shown for"), choices=_choices(labels.LENGTHS), coerce=int, default=0)

    def validate_kind(self, field: Field) -> None:
        if field.data not in labels.KINDS:
            raise ValidationError(_("Choose notice or alarm."))

    def validate_text(self, field: Field) -> None:
        """Refuse nothing but spaces, and a ready beginning without its end."""
        if not field.data or field.data in [str(words) for _name, words in labels.BEGINNINGS.values()]:
            raise ValidationError(_("Write what the residents should know, and where."))

    def validate_lasts(self, field: Field) -> None:
        if self.kind.data == ALARM and (field.data or 0) > LONGEST_ALARM:
            raise ValidationError(_("An alarm is shown for a day at most."))

    @property
    def draft(self) -> Draft:
        """The message, of a form that is valid. An id that is none is replaced."""
        kind, hours = str(self.kind.data), self.lasts.data or USUAL[str(self.kind.data)]
        return Draft(self.uuid, kind, str(self.text.data), timedelta(hours=hours))

    @property
    def uuid(self) -> UUID:
        try:
            return UUID(self.id.data or "")
        except ValueError:
            return uuid4()


class EndForm(Form):
    """The end of a message."""

    words = TextAreaField(_l("What residents should know"), [_at_most(LONGEST)], filters=[_stripped])
