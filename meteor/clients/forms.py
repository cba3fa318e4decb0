"""Clients as the administrator keeps them: text in, values and problems out."""

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from meteor.clients.labels import SCOPES as LABELS
from meteor.clients.models import SCOPES

LONGEST_OVERLAP = 90
"""Days."""


def _strip(text: str | None) -> str:
    return " ".join((text or "").split())


class ClientForm(Form):
    name = StringField(_l("Name"), [DataRequired(_l("Enter the name.")), Length(max=100)], filters=[_strip])
    scopes = SelectMultipleField(
        _l("What it may do"),
        [InputRequired(_l("Choose at least one."))],
        choices=[SelectChoice(scope, LABELS[scope]) for scope in SCOPES],
    )
    per_minute = IntegerField(
        _l("Requests in a minute"),
        [
            InputRequired(_l("Give a number from 1 to 100,000.")),
            NumberRange(1, 100_000, _l("Give a number from 1 to 100,000.")),
        ],
        default=120,
    )

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of rules.values_of."""
        return {**self.data, "scopes": sorted(self.scopes.data or ())}


class RotationForm(Form):
    """The days for which the present token stays good beside the new one; 0 ends it at once."""

    days = IntegerField(
        _l("Days for which the present token stays good"),
        [
            InputRequired(_l("Give days from 0 to 90.")),
            NumberRange(0, LONGEST_OVERLAP, _l("Give days from 0 to 90.")),
        ],
        default=7,
    )

    @property
    def overlap(self) -> timedelta:
        """The same as a span of time."""
        return timedelta(days=self.days.data or 0)
