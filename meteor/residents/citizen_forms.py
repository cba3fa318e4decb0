"""Forms of citizens about themselves."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import Form, PasswordField
from wtforms.validators import DataRequired

from meteor.accounts.forms import password_rules
from meteor.residents import cells
from meteor.residents.fields import ReadField, name_field
from meteor.residents.models import Resident
from meteor.residents.rules import Person
from meteor.territory.forms import AreaForm


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
