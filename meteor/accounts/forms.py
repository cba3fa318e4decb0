"""Sign-in, passwords and PINs: text in, values and problems out."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from meteor.accounts.passwords import SHORTEST

password_rules = [
    InputRequired(_l("Choose a password.")),
    Length(min=SHORTEST, max=200, message=_l("The password needs at least %(min)d characters.")),
]


class SignInForm(Form):
    username = StringField(
        _l("User name or phone number"), [InputRequired(_l("Enter your user name or phone number."))]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])


class NewPasswordForm(Form):
    password = PasswordField(_l("New password"), password_rules)
    repeated = PasswordField(
        _l("New password again"),
        [InputRequired(_l("Enter the new password again.")), EqualTo("password", _l("The two passwords differ."))],
    )


class ProofForm(Form):
    current = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(_l("Current password"), [InputRequired(_l("Enter your current password."))])


class PinForm(Form):
    """Asks for the password: whoever forces somebody to cancel has the phone, and would take the PIN away first."""

    current = PasswordField(
        _l("Current password"), [InputRequired(_l("Enter your current password."))], id="pin-current"
    )
    pin = PasswordField(
        _l("PIN"), [Optional(), Regexp(r"^\d{4,8}$", message=_l("A PIN has 4 to 8 digits. Leave it empty for none."))]
    )
