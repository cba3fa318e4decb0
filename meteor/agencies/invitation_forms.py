"""Invitations of staff: text in, values and problems out."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, SelectChoice, SelectField

from meteor.agencies.models import Agency


class InvitationsForm(Form):
    agency_id = SelectField(_l("Agency"), coerce=int, default=0)
    again = BooleanField(_l("Also those whose invitation is still good; their earlier cards no longer work"))

    agencies: Sequence[Agency]

    @classmethod
    def offering(cls, agencies: Sequence[Agency], typed: Any) -> "InvitationsForm":
        """The form with these agencies as choices; 0 for all staff, also those who work for none."""
        form = cls(typed)
        form.agencies = agencies
        form.agency_id.choices = [
            SelectChoice(0, str(_l("All"))),
            *(SelectChoice(agency.id, agency.name) for agency in agencies),
        ]
        return form

    @property
    def agency(self) -> Agency | None:
        """The chosen agency; None for all staff."""
        return next((agency for agency in self.agencies if agency.id == self.agency_id.data), None)
