"""The forms of a hand-over of the watch, and of its refusal."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from meteor.accounts.models import User

LONGEST_NOTE = 4000
LONGEST_REASON = 200
"""Characters. A reason is read in a notice."""


class HandoverForm(Form):
    """`to` is the id of one of the successors, which are set after the form is made."""

    to = SelectField(_l("Who takes over?"), [InputRequired(_l("Choose who takes over."))])
    note = TextAreaField(
        _l("What must they know?"), [Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters."))]
    )

    def offer(self, successors: Sequence[User]) -> "HandoverForm":
        """Offer these users, after an empty choice."""
        self.to.choices = [("", _l("Choose …")), *((str(user.id), user.name) for user in successors)]
        return self


class HandoverRefusalForm(Form):
    """The reason to refuse a watch. Several stand on one page, each with its own names."""

    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Write why you cannot take the watch.")),
         Length(max=LONGEST_REASON, message=_l("Write at most %(max)d characters."))],
        filters=[lambda text: (text or "").strip()],
    )  # fmt: skip

    def __init__(self, handover_id: int, typed: Any = None) -> None:
        super().__init__(typed, prefix=f"refusal-{handover_id}")
