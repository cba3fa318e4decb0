"""Forms of an RT leader about residents and homes."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from meteor.residents import cells
from meteor.residents.fields import ReadField, name_field
from meteor.residents.models import Household, Resident
from meteor.residents.rules import Person, Position
from meteor.store.moments import today

NEED_WORDS = {
    "elderly": _l("Elderly"),
    "disabled": _l("Disability"),
    "infant": _l("Infant"),
    "pregnant": _l("Pregnant"),
    "chronic_illness": _l("Chronic illness"),
}
"""Labels of NEEDS."""


def home_values(household: Household) -> dict[str, Any]:
    """Return the stored values of a home by field, to detect another user's change."""
    return {"address": household.address, "position": cells.spelled(household)}


def person_values(resident: Resident) -> dict[str, Any]:
    """Return a person's stored values by field, without NIK, to detect another's change."""
    return {
        "name": resident.name,
        "phone": resident.phone or "",
        "needs": resident.needs.split(),
        "consent": resident.needs_consent_at is not None,
    }


class HouseholdForm(Form):
    """A home: its address, and where its door is."""

    address = ReadField(
        _l("Address"), [DataRequired(_l("Enter the street and the number."))],
        read=cells.no_longer_than(cells.LONGEST_ADDRESS),
    )  # fmt: skip
    position = ReadField(_l("Position of the door"), read=cells.position)
    accuracy = HiddenField()

    @property
    def door(self) -> Position | None:
        """The position, once the form is valid."""
        given = self.position.value
        return given._replace(accuracy=cells.accuracy(self.accuracy.data or "")) if given else None

    @classmethod
    def correcting(cls, household: Household, typed: Any) -> "HouseholdForm":
        """The form with what is written down, or with what was `typed`."""
        return cls(typed, data={**home_values(household), "accuracy": household.accuracy})


class ResidentForm(Form):
    """A person as the RT leader knows them."""

    name = name_field()
    phone = ReadField(_l("Phone"), read=cells.phone)
    nik = ReadField(_l("NIK"), read=cells.nik)
    needs = SelectMultipleField(
        _l("Needs help in an emergency"), choices=[SelectChoice(*pair) for pair in NEED_WORDS.items()]
    )
    consent = BooleanField(_l("This person agrees that METEOR keeps this, so that rescuers know"))

    withdraws = False
    """The person agreed before: then no tick takes that back, and the needs are erased."""

    def validate_consent(self, field: BooleanField) -> None:
        if self.needs.data and not field.data and not self.withdraws:
            raise ValidationError(_("Tick this if the person agrees. Otherwise take the ticks above away."))

    def say_that_nik_is_taken(self) -> None:
        text = _(
            "A resident has this NIK already, here or in another RT. If they moved, their old entry must end first."
        )
        self.nik.errors = [*self.nik.errors, text]

    def say_that_phone_is_the_owners(self) -> None:
        text = _(
            "This resident has an account and signs in with this number. Only they can change it, under “My account”, "
            "or an administrator of the city."
        )
        self.phone.errors = [*self.phone.errors, text]

    @property
    def person(self) -> Person:
        """The values of the valid form."""
        return Person(
            self.name.value,
            self.phone.value,
            self.nik.value.digits if self.nik.value else None,
            tuple(self.needs.data or ()),
            self.consent.data,
        )

    @classmethod
    def editing(cls, resident: Resident, typed: Any) -> "ResidentForm":
        """The form with what is written down, or with what was `typed`. The NIK is never filled in."""
        form = cls(typed, data=person_values(resident))
        form.withdraws = resident.needs_consent_at is not None
        return form

    def take_needs_of(self, resident: Resident) -> None:
        """Show the needs as they are now instead of older ones, which the form would erase the newer ones with."""
        now = person_values(resident)
        if (set(self.needs.data or ()), self.consent.data) == (set(now["needs"]), now["consent"]):
            return
        self.needs.data, self.consent.data, self.consent.errors = now["needs"], now["consent"], []
        self.needs.errors = [_("This was changed meanwhile. The ticks below are as they are now: check them.")]


class NewHomeForm(HouseholdForm, ResidentForm):
    """A home and the first person in it."""


class MoveForm(Form):
    """The home of the RT to which a resident moves: one that is there, or a new one."""

    household = SelectField(_l("Moves to"), validate_choice=True)
    address = ReadField(_l("Address of the new home"), read=cells.no_longer_than(cells.LONGEST_ADDRESS))

    def __init__(self, typed: Any, households: Sequence[Household]) -> None:
        super().__init__(typed)
        self.household.choices = [SelectChoice("", _("A new home"))] + [
            SelectChoice(str(household.id), household.address or _("No address yet")) for household in households
        ]

    def validate_address(self, field: ReadField) -> None:
        if not self.household.data and not field.data:
            raise ValidationError(_("Choose a home, or enter the address of the new one."))


class MoveOutForm(Form):
    """The day since which a resident lives elsewhere."""

    day = DateField(_l("Moved out on"), [DataRequired(_l("Enter the day."))], default=today)

    def validate_day(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("This day has not come yet. Enter it when the person has moved."))


class RejectionForm(Form):
    """The reason for which the RT leader does not verify a sign-up. The citizen reads it."""

    reason = ReadField(_l("Reason"), [DataRequired(_l("Enter the reason."))], read=cells.no_longer_than(200))


class SamePersonForm(Form):
    """The form of a sign-up's resident in the register. `likely` is preselected."""

    same_as = SelectField(_l("Who is it?"), [DataRequired(_l("Choose the resident."))], validate_choice=False)

    def __init__(self, typed: Any, registered: Sequence[Resident], likely: Resident | None) -> None:
        super().__init__(typed, data={"same_as": str(likely.id) if likely else ""})
        self.same_as.choices = [SelectChoice("", _("Choose the resident"))] + [
            SelectChoice(str(resident.id), f"{resident.name} – {resident.household.address}") for resident in registered
        ]


class UploadForm(Form):
    """A register as a CSV file."""

    file = FileField(_l("CSV file"), [DataRequired(_l("Choose a CSV file."))])
