"""Sign-in, passwords and PINs: text in, values and problems out."""

from collections.abc import Sequence
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, PasswordField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from meteor.accounts import passwords, phone_codes
from meteor.accounts.models import User
from meteor.accounts.phones import NotAPhoneNumber, e164


def not_easily_guessed(form: Form, field: Field) -> None:
    """Refuse a common password, and one that is made of the texts in `form.about_owner`."""
    if passwords.is_common(field.data):
        raise ValidationError(
            _l("This password is one of the 10,000 most common. Choose, for example, three unrelated words.")
        )
    if passwords.is_personal(field.data, form.about_owner):
        raise ValidationError(
            _l(
                "This password is made of your name, user name or phone number, which others know. "
                "Choose, for example, three unrelated words."
            )
        )


password_rules = [
    InputRequired(_l("Choose a password.")),
    Length(min=passwords.SHORTEST, max=200, message=_l("The password needs at least %(min)d characters.")),
    not_easily_guessed,
]
"""Validators of a new password; the form's `about_owner` are texts not to be in it."""


class SignInForm(Form):
    username = StringField(
        _l("User name or phone number"), [InputRequired(_l("Enter your user name or phone number."))]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])


class NewPasswordForm(Form):
    about_owner: Sequence[str] = ()

    def of(self, user: User) -> Self:
        """The form, for a new password of `user`."""
        self.about_owner = (user.name, user.username, user.phone or "")
        return self

    password = PasswordField(_l("New password"), password_rules)
    repeated = PasswordField(
        _l("New password again"),
        [InputRequired(_l("Enter the new password again.")), EqualTo("password", _l("The two passwords differ."))],
    )


class ProofForm(Form):
    current = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))])


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(_l("Current password"), [InputRequired(_l("Enter your current password."))])


class PhoneForm(Form):
    """Another phone number of one's own."""

    phone = StringField(_l("Mobile number"), [InputRequired(_l("Enter your mobile number."))])
    current = PasswordField(_l("Current password"), [InputRequired(_l("Enter your current password."))])

    def validate_phone(self, field: Field) -> None:
        try:
            field.data = e164(field.data)
        except NotAPhoneNumber:
            raise ValidationError(_l("Enter a phone number such as 0812 3456 7890.")) from None


class PhoneCodeForm(Form):
    """The code of a message that proves a phone number."""

    code = StringField(_l("Code"), [InputRequired(_l("Enter the code from the message."))])

    @property
    def digits(self) -> str:
        """The digits of what was typed."""
        return phone_codes.digits_of(self.code.data or "")

    def validate_code(self, field: Field) -> None:
        if len(self.digits) != phone_codes.DIGITS:
            raise ValidationError(_l("The code has 6 digits."))


PIN_DIGITS = Regexp(r"^\d{4,8}$", message=_l("A PIN has 4 to 8 digits."))


class PinForm(Form):
    """The PIN's form asks for the password: an attacker with the phone could otherwise remove the PIN."""

    current = PasswordField(
        _l("Current password"), [InputRequired(_l("Enter your current password."))], id="pin-current"
    )
    pin = PasswordField(_l("PIN"), [Optional(), PIN_DIGITS])
