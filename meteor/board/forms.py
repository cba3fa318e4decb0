"""The form of a hand-over of the watch."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from meteor.accounts.models import User

LONGEST_NOTE = 4000


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
