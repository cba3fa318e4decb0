"""Alarm panels, zones and tests as people keep them: text in, values and problems out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, IntegerField, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import PasswordInput

from meteor.sas import admission
from meteor.sas.models import Panel
from meteor.sas.testing import LONGEST, SHORTEST
from meteor.store.record_forms import RecordForm, Unique

SHORTEST_INTERVAL, LONGEST_INTERVAL = 10, 90_000
"""Seconds. The longest is that of a panel that calls once a day, with an hour to spare."""

_NUMBER = _l("Give the zone's number, 1 to 9999.")
_KEY = _l("A key has 32, 48 or 64 hexadecimal digits (AES-128, -192 or -256).")
_SECONDS = _l("Give 0, or from %(lowest)d to %(highest)d seconds.", lowest=SHORTEST_INTERVAL, highest=LONGEST_INTERVAL)
_SOURCE = _l("Give an IP address such as 203.0.113.7, or a network such as 203.0.113.0/24.")
_MINUTES = tuple(int(length.total_seconds()) // 60 for length in (SHORTEST, LONGEST))
_LENGTH = _l("Give from %(lowest)d to %(highest)d minutes.", lowest=_MINUTES[0], highest=_MINUTES[1])


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _hexadecimal(text: str | None) -> str:
    """Capitals, without the gaps and colons that people put between digits."""
    return "".join((text or "").replace(":", "").split()).upper()


def _as_panels_say(text: str | None) -> str:
    """A zone's number as it is read of a panel: 5 is 005."""
    number = _strip(text).lstrip("0")
    return number.rjust(3, "0") if number else ""


class KeyForm(Form):
    key = PasswordField(
        _l("Key"), [DataRequired(_KEY), Regexp(r"^([0-9A-F]{32}|[0-9A-F]{48}|[0-9A-F]{64})$", message=_KEY)],
        filters=[_hexadecimal], widget=PasswordInput(),
    )  # fmt: skip


class PanelForm(RecordForm):
    account = StringField(
        _l("Account"),
        [
            DataRequired(_l("Give 3 to 16 hexadecimal digits, as set in the panel.")),
            Regexp(r"^[0-9A-F]{3,16}$", message=_l("Give 3 to 16 hexadecimal digits, as set in the panel.")),
            Unique(Panel.account, _l("Another panel has this account.")),
        ],
        filters=[_hexadecimal],
    )
    name = StringField(_l("Name"), [Length(max=60)], filters=[_strip])
    line = StringField(
        _l("DC-09 line"),
        [Regexp(r"^[0-9A-F]{1,6}$", message=_l("Give 1 to 6 hexadecimal digits; most panels have 0."))],
        filters=[_hexadecimal],
    )
    source = StringField(_l("Address it sends from"), [Optional(), Length(max=50)], filters=[_strip])
    interval = IntegerField(
        _l("Supervision interval, in seconds"), [InputRequired(_SECONDS), NumberRange(0, LONGEST_INTERVAL, _SECONDS)]
    )
    active = BooleanField(_l("Active"))

    def validate_source(self, field: Any) -> None:
        try:
            field.data = admission.written(field.data)
        except ValueError:
            raise ValidationError(_SOURCE) from None

    def validate_interval(self, field: Any) -> None:
        if field.data is not None and 0 < field.data < SHORTEST_INTERVAL:
            raise ValidationError(_SECONDS)


class ZoneForm(Form):
    number = StringField(
        _l("Number"), [DataRequired(_NUMBER), Regexp(r"^[0-9]{3,4}$", message=_NUMBER)],
        filters=[_as_panels_say],
    )  # fmt: skip
    name = StringField(
        _l("Name"), [DataRequired(_l("Enter what it is, such as “Back door”.")), Length(max=60)], filters=[_strip]
    )
    type_id = SelectField(_l("Incident type"), [InputRequired()], coerce=int)
    priority = SelectField(
        _l("Priority"), [InputRequired()], coerce=int,
        choices=[SelectChoice(0, _l("As the type says")), *(SelectChoice(level, f"P{level}") for level in range(1, 5))],
    )  # fmt: skip

    @classmethod
    def offering(cls, types: Iterable[tuple[int, str]], **arguments: Any) -> "ZoneForm":
        """The form with these incident types (id, name) to choose from."""
        form = cls(**arguments)
        as_said = SelectChoice(0, str(_l("As the panel's code says")))
        form.type_id.choices = [as_said, *(SelectChoice(id_, name) for id_, name in types)]
        return form


class TestForm(Form):
    __test__ = False  # pytest takes whatever begins with Test for a test

    zone = SelectField(_l("What is tested"), [InputRequired()], coerce=int)
    minutes = IntegerField(_l("Minutes"), [InputRequired(_LENGTH), NumberRange(*_MINUTES, _LENGTH)])
    reason = StringField(_l("Reason"), [Optional(), Length(max=200)], filters=[_strip])

    @classmethod
    def offering(cls, panels: Iterable[Panel], **arguments: Any) -> "TestForm":
        """The form with the whole premises (0) and each zone of its panels to choose from."""
        form = cls(**arguments)
        form.zone.choices = [SelectChoice(0, str(_l("Everything here: all panels and the button")))] + [
            SelectChoice(zone.id, f"{panel.name or panel.account} · {zone.number} {zone.name}")
            for panel in panels
            for zone in panel.zones
        ]
        return form

    @property
    def length(self) -> timedelta:
        """The length of the test."""
        return timedelta(minutes=self.minutes.data)
