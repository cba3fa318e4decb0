"""Codes of the second factor: text in, values and problems out."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, StringField
from wtforms.validators import InputRequired, Length


class CodeForm(Form):
    """A code of the authenticator app."""

    code = StringField(_l("Code"), [InputRequired(_l("Enter the 6 digits that the app shows now.")), Length(max=50)])


class StepForm(CodeForm):
    """The second step of a sign-in. `remember`: do not ask on this device for a while."""

    remember = BooleanField(_l("Do not ask again on this device for 30 days"))


class RecoveryCodeForm(Form):
    code = StringField(_l("Recovery code"), [InputRequired(_l("Enter one of your recovery codes.")), Length(max=50)])
