"""Agencies, capabilities and units as the administrator keeps them: text in, values and problems out."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from meteor.agencies.labels import KINDS
from meteor.agencies.models import Agency, Capability, Unit
from meteor.store.record_forms import DecimalField, RecordForm, Unique
from meteor.territory.place_fields import latitude_field, longitude_field


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _strip_or_none(text: str | None) -> str | None:
    return _strip(text) or None


def _upper(text: str | None) -> str:
    return _strip(text).upper()


def _lower(text: str | None) -> str:
    return _strip(text).lower()


def _number(label: Any, least: float, most: float, wrong: Any) -> DecimalField:
    return DecimalField(label, [InputRequired(wrong), NumberRange(least, most, wrong)], _l("This is no number."))


class AgencyForm(RecordForm):
    code = StringField(
        _l("Short name"),
        [
            DataRequired(_l("Enter a short name such as DAMKAR.")),
            Regexp(r"^[A-Z0-9][A-Z0-9-]{1,19}$", message=_l("2 to 20 capital letters, digits and hyphens.")),
            Unique(Agency.code, _l("Another agency has this short name.")),
        ],
        filters=[_upper],
    )
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=100)], filters=[_strip])
    phone = StringField(
        _l("Phone"),
        [Regexp(r"^$|^\+?[0-9 ()-]{3,20}$", message=_l("Enter digits, for example 113 or 0335 421234."))],
        filters=[_strip_or_none],
    )
    reserve = IntegerField(
        _l("Kept free for P1"),
        [
            InputRequired(_l("Give a number from 0 to 50.")),
            NumberRange(0, 50, _l("Give a number from 0 to 50.")),
        ],
    )


class CapabilityForm(RecordForm):
    code = StringField(
        _l("Code"),
        [
            DataRequired(_l("Enter a code such as water_rescue.")),
            Regexp(r"^[a-z][a-z0-9_]{1,29}$", message=_l("2 to 30 small letters, digits and underscores.")),
            Unique(Capability.code, _l("Another capability has this code.")),
        ],
        filters=[_lower],
    )
    name_id = StringField(
        _l("Name in Indonesian"), [DataRequired(_l("Enter the name.")), Length(max=60)], filters=[_strip]
    )
    name_en = StringField(
        _l("Name in English"), [DataRequired(_l("Enter the name.")), Length(max=60)], filters=[_strip]
    )


class UnitKindForm(RecordForm):
    speed = _number(_l("Speed in km/h"), 1, 150, _l("Give km/h from 1 to 150."))
    detour = _number(_l("Detour"), 1, 3, _l("Give a factor from 1 to 3."))


class UnitForm(RecordForm):
    call_sign = StringField(
        _l("Call sign"),
        [
            DataRequired(_l("Enter a call sign such as TRAIL-31.")),
            Regexp(r"^[A-Z0-9][A-Z0-9-]{1,19}$", message=_l("2 to 20 capital letters, digits and hyphens.")),
            Unique(Unit.call_sign, _l("Another unit has this call sign.")),
        ],
        filters=[_upper],
    )
    agency_id = SelectField(_l("Agency"), [DataRequired(_l("Choose the agency."))], coerce=int)
    kind = RadioField(
        _l("Kind"), [InputRequired(_l("Choose what it is."))],
        choices=[SelectChoice(kind, name) for kind, name in KINDS.items()],
    )  # fmt: skip
    capabilities = SelectMultipleField(
        _l("Capabilities"), [InputRequired(_l("Choose at least one: response plans ask for them."))]
    )
    base_name = StringField(
        _l("Base"), [DataRequired(_l("Enter what the base is called.")), Length(max=100)], filters=[_strip]
    )
    base_latitude = latitude_field()
    base_longitude = longitude_field()
    in_service = BooleanField(_l("In service"))

    def offer(
        self, agencies: Sequence[Agency], capabilities: Sequence[Capability], named: Callable[[Capability], str]
    ) -> None:
        """Offer these agencies and capabilities to choose from; `named` gives a capability's name."""
        self.agency_id.choices = [
            SelectChoice(0, str(_l("Choose the agency"))),
            *(SelectChoice(agency.id, agency.name) for agency in agencies),
        ]
        self.capabilities.choices = [SelectChoice(one.code, named(one)) for one in capabilities]

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of fleet.unit_values."""
        return {**self.data, "capabilities": sorted(self.capabilities.data or ())}


class MemberForm(Form):
    agency_id = SelectField(_l("Agency"), coerce=int)
    unset = _l("None")
    """The label of the choice of no agency."""

    @classmethod
    def offering(cls, agencies: Sequence[Agency], **arguments: Any) -> "MemberForm":
        """The form with these agencies as choices; 0 for no agency."""
        form = cls(**arguments)
        form.agency_id.choices = [
            SelectChoice(0, str(cls.unset)),
            *(SelectChoice(agency.id, agency.name) for agency in agencies),
        ]
        return form


class NewMemberForm(MemberForm):
    agency_id = SelectField(_l("Agency"), [DataRequired(_l("Choose the agency."))], coerce=int)
    unset = _l("Choose the agency")
    username = StringField(
        _l("User name or phone number"), [DataRequired(_l("Enter the user name or phone number."))], filters=[_strip]
    )
