"""Forms of the disaster agency's decisions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

LONGEST = 500

_SHORT = Length(max=LONGEST, message=_l("Write at most %(max)d characters."))


def _stripped(text: Any) -> Any:
    return text.strip() if isinstance(text, str) else text


class QuestionForm(Form):
    question = TextAreaField(
        _l("Question to the reporter"), [DataRequired(_l("Write the question first.")), _SHORT], filters=[_stripped]
    )


class RejectionForm(Form):
    reason = TextAreaField(
        _l("Reason, which the reporter reads"), [DataRequired(_l("Write the reason first.")), _SHORT],
        filters=[_stripped],
    )  # fmt: skip


class ResolutionForm(Form):
    words = TextAreaField(_l("What the reporter should know"), [_SHORT], filters=[_stripped])


class IncidentForm(Form):
    priority = SelectField(
        _l("Priority"),
        choices=[
            SelectChoice("", _l("As usual for this type")),
            SelectChoice("1", _l("P1, life at risk")),
            SelectChoice("2", _l("P2, urgent")),
            SelectChoice("3", _l("P3, soon")),
            SelectChoice("4", _l("P4, can wait")),
        ],
    )
