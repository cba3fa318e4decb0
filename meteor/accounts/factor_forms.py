"""Codes of the second factor: text in, values and problems out."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField, StringField
from wtforms.validators import InputRequired, Length


class CodeForm(Form):
    """A code of the authenticator app."""

    code = StringField(_l("Code"), [InputRequired(_l("Enter the 6 digits that the app shows now.")), Length(max=50)])


class StepForm(CodeForm):
    """The second step of a sign-in. `remember`: do not ask on this device for a while."""

    remember = BooleanField(_l("Do not ask again on this device for 30 days"))


class RecoveryCodeForm(Form):
    code = StringField(_l("Recovery code"), [InputRequired(_l("Enter one of your recovery codes.")), Length(max=50)])


class PasskeyForm(Form):
    """A form for the JSON with which a browser answers about a passkey; static/js/passkey.js fills it in."""

    credential = HiddenField(
        _l("Passkey"),
        [
            InputRequired(_l("No passkey was used. Tap the button, and your browser asks for it.")),
            Length(max=20_000),
        ],
    )


class NewPasskeyForm(PasskeyForm):
    name = StringField(
        _l("Name of the passkey"),
        [InputRequired(_l("Give it a name, such as that of the device.")), Length(max=60)],
        filters=[lambda text: (text or "").strip()],
    )


class PasskeyStepForm(PasskeyForm):
    """A passkey as the second step. `remember`: as in StepForm."""

    remember = BooleanField(_l("Do not ask again on this device for 30 days"), id="passkey-remember")
