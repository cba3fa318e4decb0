"""Forms of citizens about themselves."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, PasswordField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from meteor.accounts.forms import password_rules
from meteor.residents import cells
from meteor.residents.fields import ReadField, name_field
from meteor.residents.forms import NEED_WORDS
from meteor.residents.models import Resident
from meteor.residents.rules import Person
from meteor.territory.forms import AreaForm

LONGEST_HEALTH = 300
"""Highest number of characters about one's own health: a crew reads it on the way."""


class SignUpForm(AreaForm):
    """A citizen makes an account."""

    name = name_field()
    phone = ReadField(_l("Mobile number"), [DataRequired(_l("Enter your mobile number."))], read=cells.phone)
    address = ReadField(_l("Address"), read=cells.no_longer_than(cells.LONGEST_ADDRESS))
    nik = ReadField(_l("NIK"), [DataRequired(_l("Enter your NIK."))], read=cells.nik)
    password = PasswordField(_l("Password"), password_rules)

    @property
    def about_owner(self) -> Sequence[str]:
        """Texts that the password must not be made of."""
        return (self.name.data or "", self.phone.value or "")

    @property
    def person(self) -> Person:
        """The values of a valid sign-up."""
        return Person(self.name.value, self.phone.value, self.nik.value.digits)


class ResidenceForm(AreaForm):
    """The form of a citizen's home."""

    address = ReadField(_l("Address"), read=cells.no_longer_than(cells.LONGEST_ADDRESS))

    @classmethod
    def correcting(cls, resident: Resident | None, typed: Any) -> "ResidenceForm":
        """The form with what a citizen said who is not verified yet, or with what was `typed`; empty for all others."""
        said = resident.household if resident and resident.state == "waiting" else None
        return cls(typed, data={"rt": said.rt_id, "address": said.address} if said else None)


class OwnNeedsForm(Form):
    """The form of a resident's own needs in an emergency."""

    needs = SelectMultipleField(_l("I am, or have"), choices=[SelectChoice(*pair) for pair in NEED_WORDS.items()])
    health = TextAreaField(
        _l("Illness, medicine, disability"),
        [Length(max=LONGEST_HEALTH, message=_l("Write at most %(max)d characters."))],
        filters=[lambda text: (text or "").strip()],
    )
    consent = BooleanField(_l("I agree that METEOR keeps this, so that those who come know it"))

    def validate_consent(self, field: BooleanField) -> None:
        if (self.needs.data or self.health.data) and not field.data:
            raise ValidationError(_("Tick this if you agree, or empty the fields above: then nothing is kept."))

    @classmethod
    def of(cls, resident: Resident | None, typed: Any = None) -> "OwnNeedsForm":
        """The form with what is kept, or with what was `typed`."""
        if resident is None:
            return cls(typed)
        kept = {"needs": resident.needs.split(), "health": resident.health, "consent": resident.needs_consent_at}
        return cls(typed, data=kept)


class CodeForm(Form):
    """The code of a claim card, as it was typed."""

    code = ReadField(_l("Code on the card"), [DataRequired(_l("Enter the code."))], read=cells.no_longer_than(60))


class ClaimForm(Form):
    """The form of an account from a claim card."""

    phone = ReadField(_l("Mobile number"), [DataRequired(_l("Enter your mobile number."))], read=cells.phone)
    password = PasswordField(_l("Password"), password_rules)
    owner = ""

    @property
    def about_owner(self) -> Sequence[str]:
        """Texts that the password must not be made of."""
        return (self.owner, self.phone.value or "")

    def of(self, resident: Resident) -> Self:
        """The form, for the account of `resident`."""
        self.owner = resident.name
        return self
