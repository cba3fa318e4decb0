"""Forms of a note and of a rating by an alert's reporter."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, PasswordField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from meteor.accounts.forms import PIN_DIGITS
from meteor.alerts.rules import LONGEST_NOTE
from meteor.residents import cells
from meteor.residents.fields import ReadField, name_field


class NoteForm(Form):
    note = TextAreaField(
        _l("What should the command centre know?"),
        [
            InputRequired(_l("Write what the command centre should know.")),
            Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters. You can add several notes.")),
        ],
    )


class NewPinForm(Form):
    pin = PasswordField(_l("PIN"), [InputRequired(_l("Enter a PIN of 4 to 8 digits.")), PIN_DIGITS])


class ContactForm(Form):
    name = name_field()
    phone = ReadField(_l("Mobile number"), [InputRequired(_l("Enter the mobile number."))], read=cells.phone)


STARS = {5: _l("Very good"), 4: _l("Good"), 3: _l("Fair"), 2: _l("Bad"), 1: _l("Very bad")}


class RatingForm(Form):
    stars = RadioField(
        _l("How was the help?"),
        [InputRequired(_l("Choose one of the five."))],
        choices=[SelectChoice(stars, name) for stars, name in STARS.items()],
        coerce=int,
    )
    comment = TextAreaField(
        _l("Anything else?"),
        [Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters."))],
    )
