"""Premises as people keep them: text in, values and problems out."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import PasswordInput

from meteor import geo
from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.accounts.user_forms import UserForm
from meteor.premises import hours, labels
from meteor.premises.records import MOST_CONTACTS
from meteor.territory.place_fields import latitude_field, longitude_field

FARTHEST_ENTRANCE = 500  # metres from the middle of the premises
_LOWEST = _l("Give a place from 1 to %(most)d.", most=MOST_CONTACTS)


class _Unrepeated(PasswordInput):
    """A field in which one sees what one types, and that never says what was typed before."""

    input_type = "text"


class _Day(StringField):
    """The opening hours of a day."""

    def __init__(self, day: str, **arguments: Any) -> None:
        super().__init__(labels.DAYS[day], [Optional(), Length(max=100)], filters=[_strip], **arguments)

    def post_validate(self, form: Form, validation_stopped: bool) -> None:
        if not validation_stopped and self.data:
            try:
                hours.read(self.data)
            except ValueError as error:
                raise ValidationError(error.args[0]) from None


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _phone(form: Form, field: Any) -> None:
    """Let what was typed be E.164."""
    try:
        field.data = e164(field.data)
    except NotAPhoneNumber:
        raise ValidationError(_l("Enter a phone number such as 0812 3456 7890 or 0335 421234.")) from None


class WeekForm(Form):
    """Opening hours; all days empty if unknown."""

    monday = _Day("monday")
    tuesday = _Day("tuesday")
    wednesday = _Day("wednesday")
    thursday = _Day("thursday")
    friday = _Day("friday")
    saturday = _Day("saturday")
    sunday = _Day("sunday")

    @property
    def days(self) -> list[Any]:
        """The fields, Monday first."""
        return [self[day] for day in labels.DAYS]

    @property
    def week(self) -> list[hours.Day]:
        """The opening hours as Premises keeps them: a day without any is closed if another has some."""
        if not any(day.data for day in self.days):
            return []
        return [hours.read(day.data) if day.data else [] for day in self.days]


class OwnForm(WeekForm):
    """Fields that the business itself may change."""

    hazards = TextAreaField(_l("What officers should know"), [Length(max=1000)], filters=[_strip])


class PremisesForm(OwnForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=100)], filters=[_strip])
    kind = SelectField(
        _l("Kind"), [DataRequired(_l("Choose what it is."))],
        choices=[SelectChoice("", _l("Choose what it is")), *(SelectChoice(*kind) for kind in labels.KINDS.items())],
    )  # fmt: skip
    address = StringField(_l("Address"), [DataRequired(_l("Enter the address.")), Length(max=200)], filters=[_strip])
    latitude = latitude_field()
    longitude = longitude_field()
    entrance_latitude = latitude_field(required=False)
    entrance_longitude = longitude_field(required=False)
    phone = StringField(_l("Phone"), [Optional(), _phone], filters=[_strip])
    active = BooleanField(_l("Active"))

    def validate_entrance_latitude(self, field: Any) -> None:
        if field.data is not None and self.entrance_longitude.data is None:
            raise ValidationError(_l("Give both latitude and longitude, or neither."))

    def validate_entrance_longitude(self, field: Any) -> None:
        if field.data is not None and self.entrance_latitude.data is None:
            raise ValidationError(_l("Give both latitude and longitude, or neither."))
        if problem := too_far(self.data):
            raise ValidationError(problem)


def too_far(values: dict[str, Any]) -> Any:
    """The problem of an entrance that is too far from the premises; None without one."""
    names = ("latitude", "longitude", "entrance_latitude", "entrance_longitude")
    latitude, longitude, *entrance = (values[name] for name in names)
    if None in (latitude, longitude, *entrance) or max(abs(latitude), abs(entrance[0])) > 90:
        return None
    metres = geo.metres((latitude, longitude), (entrance[0], entrance[1]))
    if metres <= FARTHEST_ENTRANCE:
        return None
    return _l("This is %(metres)d m from the premises. Compare the two positions.", metres=metres)


class ContactForm(Form):
    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter the name.")), Length(max=100),
            Regexp("[^;]*$", message=_l("Leave out the semicolon (;): in tables it stands between two contacts.")),
        ],
        filters=[_strip],
    )  # fmt: skip
    phone = StringField(_l("Phone"), [DataRequired(_l("Enter the phone number.")), _phone], filters=[_strip])
    position = IntegerField(
        _l("Place in the calling order"), [InputRequired(_LOWEST), NumberRange(1, MOST_CONTACTS, _LOWEST)]
    )
    pass_phrase = PasswordField(_l("Pass phrase"), [Length(max=100)], widget=_Unrepeated(), filters=[_strip])
    forget = BooleanField(_l("Remove the pass phrase"))

    def validate_forget(self, field: Any) -> None:
        if field.data and self.pass_phrase.data:
            raise ValidationError(_l("Type a new pass phrase or remove the one there is, not both."))

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, for records.save_contact."""
        values = {"name": self.name.data, "phone": self.phone.data, "position": self.position.data}
        if self.pass_phrase.data or self.forget.data:
            values["pass_phrase"] = self.pass_phrase.data
        return values


class MemberForm(Form):
    username = StringField(
        _l("User name or phone number"), [DataRequired(_l("Enter the user name or phone number."))], filters=[_strip]
    )


class InvitedForm(UserForm):
    """A user with the role of a business who is not there yet."""

    roles = None

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of accounts.records.values_of."""
        return {**self.data, "roles": ["business"]}


class PictureForm(Form):
    file = FileField(_l("Picture"), [InputRequired(_l("Choose a picture: JPEG, PNG or WebP."))])
    kind = RadioField(
        _l("What it shows"), [InputRequired(_l("Choose what it shows."))],
        choices=[SelectChoice(kind, name) for kind, name in labels.PICTURES.items()],
    )  # fmt: skip
