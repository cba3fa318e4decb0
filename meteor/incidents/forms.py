"""The form of a staff note."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Length

LONGEST_NOTE = 2000


class NoteForm(Form):
    note = TextAreaField(
        _l("Note for everyone on this incident"),
        [
            DataRequired(_l("Write the note first.")),
            Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters.")),
        ],
    )
