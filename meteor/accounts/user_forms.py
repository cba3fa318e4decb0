"""Accounts as the administrator keeps them: text in, values and problems out."""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, SelectChoice, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from meteor.accounts.phones import NotAPhoneNumber, e164
from meteor.accounts.roles import ROLES
from meteor.store.moments import WIB, now

ROLE_NAMES = {
    "citizen": _l("Citizen"),
    "rt_leader": _l("RT leader"),
    "officer": _l("Officer"),
    "call_taker": _l("112 call-taker"),
    "dispatcher": _l("Dispatcher"),
    "supervisor": _l("Duty supervisor (pawas)"),
    "chief": _l("Chief of police"),
    "business": _l("Business (SAS)"),
    "hazard_officer": _l("Hazard officer (BPBD)"),
    "admin": _l("Administrator"),
}
USERNAME = r"([a-z0-9][a-z0-9._-]{2,39}|\+[0-9]{7,15})"  # users who sign up are called by their phone number
USERNAME_FORM = _l("3 to 40 small letters, digits, dots and hyphens, a letter or digit first.")
LONGEST_SUSPENSION = timedelta(days=366)


def _lower(text: str | None) -> str:
    return (text or "").strip().lower()


def _strip(text: str | None) -> str:
    return (text or "").strip()


class UserForm(Form):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=100)], filters=[_strip])
    username = StringField(
        _l("User name"),
        [
            DataRequired(_l("Enter a user name.")),
            Regexp(f"^{USERNAME}$", message=USERNAME_FORM),
        ],
        filters=[_lower],
    )
    phone = StringField(_l("Phone"), filters=[_strip])
    phone_reason = StringField(_l("Reason for another phone number"), [Length(max=500)], filters=[_strip])
    roles = SelectMultipleField(
        _l("Roles"),
        [InputRequired(_l("Choose at least one role."))],
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES],
    )

    def validate_phone(self, field: Any) -> None:
        if field.data:
            try:
                field.data = e164(field.data)
            except NotAPhoneNumber:
                raise ValidationError(_l("Enter a phone number such as 0812 3456 7890.")) from None

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of records.values_of."""
        values = {**self.data, "roles": sorted(self.roles.data or ())}
        del values["phone_reason"]
        return values


class ReasonForm(Form):
    reason = StringField(_l("Reason"), [DataRequired(_l("Give the reason.")), Length(max=500)], filters=[_strip])


class SuspensionForm(ReasonForm):
    until = DateField(
        _l("Until the end of"), [InputRequired(_l("Give a date such as 2026-12-31."))],
    )  # fmt: skip

    def validate_until(self, field: Any) -> None:
        first = now().astimezone(WIB).date()
        if field.data is None or not first <= field.data < first + LONGEST_SUSPENSION:
            raise ValidationError(_l("Give a day from today on, at most a year away."))

    @property
    def ends_at(self) -> datetime:
        """The end of the chosen day in WIB."""
        day: date = self.until.data
        return datetime(day.year, day.month, day.day, tzinfo=WIB) + timedelta(days=1)
