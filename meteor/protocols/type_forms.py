"""Incident types as the administrator keeps them: text in, values and problems out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.accounts.user_forms import ROLE_NAMES
from meteor.agencies.models import Agency, Capability
from meteor.protocols.escalation import DEFAULT
from meteor.protocols.kinds import KINDS
from meteor.protocols.models import IncidentType
from meteor.protocols.types import LONGEST_PLAN
from meteor.store.record_forms import RecordForm, Unique

MOST_UNITS = 20
NEAREST, FARTHEST = 50, 2000  # metres
SOONEST, LATEST = 30, 3600  # seconds
LONGEST_SILENCE = 720  # minutes
LINES = range(1, LONGEST_PLAN + 1)
LATEST = 3600  # seconds
PRIORITIES = {
    1: _l("P1: life at risk"),
    2: _l("P2: urgent"),
    3: _l("P3: soon"),
    4: _l("P4: can wait"),
}


def _strip(text: str | None) -> str:
    return (text or "").strip()


LOOKED_AT = 4
"""The priority without a required plan: a dispatcher decides whether a unit goes."""


class _PlanForm(Form):
    """The lines of a response plan, from top to bottom: the fields capability_1, count_1, role_id_1, role_en_1 …"""

    @property
    def lines(self) -> list[tuple[Field, Field, Field, Field]]:
        """Line by line: what the units must be able to do, how many, and what they are called in two languages."""
        names = ("capability", "count", "role_id", "role_en")
        return [tuple(self[f"{name}_{at}"] for name in names) for at in LINES]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A line names a capability that no line above names, and how many units; and there is a line."""
        right = bool(super().validate(extra_validators))
        chosen: list[str] = []
        for capability, count, role_id, role_en in self.lines:
            if capability.data and capability.data in chosen:
                _add_error(capability, _("A line above asks for this already. Raise its number instead."))
            if capability.data and count.data is None and not count.errors:
                _add_error(count, _("Give a number from 1 to %(most)d.", most=MOST_UNITS))
            if count.data is not None and not capability.data:
                _add_error(capability, _("Choose what these units must be able to do."))
            if bool(role_id.data) != bool(role_en.data):
                _add_error(role_en if role_id.data else role_id, _("Name the role in both languages, or in neither."))
            chosen.append(capability.data)
        if not any(chosen) and self["priority"].data != LOOKED_AT:
            _add_error(
                self.lines[0][0], _("The plan needs at least one line, or nobody is sent. Only P4 may have none.")
            )
        return right and not any(field.errors for line in self.lines for field in line)


for _at in LINES:
    _between = NumberRange(1, MOST_UNITS, _l("Give a number from 1 to %(most)d.", most=MOST_UNITS))
    setattr(_PlanForm, f"capability_{_at}", SelectField(_l("Capability, line %(line)d", line=_at)))
    setattr(_PlanForm, f"count_{_at}", IntegerField(_l("How many, line %(line)d", line=_at), [Optional(), _between]))
    for _name, _label in (
        ("role_id", _l("Role in Indonesian, line %(line)d", line=_at)),
        ("role_en", _l("Role in English, line %(line)d", line=_at)),
    ):
        setattr(_PlanForm, f"{_name}_{_at}", StringField(_label, [Length(max=40)], filters=[_strip]))


class _ChainForm(Form):
    """The escalation chain, in seconds: the fields chain_call_taker, chain_dispatcher …"""

    @property
    def chain(self) -> list[Field]:
        """Return for each role the field with the seconds after which it is told; empty if never."""
        return [self[f"chain_{role}"] for role in COMMAND_CENTRE]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A chain starts at 0 seconds. An empty chain is the default chain."""
        right = bool(super().validate(extra_validators))
        seconds = [field.data for field in self.chain if field.data is not None]
        if right and seconds and min(seconds) > 0:
            _add_error(self.chain[0], _("Somebody must be told at once: give one of these roles 0 seconds."))
            return False
        return right


_how_late = NumberRange(0, LATEST, _l("Give a number of seconds from 0 to %(most)d.", most=LATEST))
for _role in COMMAND_CENTRE:
    setattr(_ChainForm, f"chain_{_role}", IntegerField(ROLE_NAMES[_role], [Optional(), _how_late]))


_how_long = _l("Give a number from %(least)d to %(most)d.", least=SOONEST, most=LATEST)
_how_silent = _l("Give a number from %(least)d to %(most)d.", least=0, most=LONGEST_SILENCE)
_how_far = _l("Give a number from %(least)d to %(most)d.", least=NEAREST, most=FARTHEST)


class TypeForm(RecordForm, _PlanForm, _ChainForm):
    name_id = StringField(
        _l("Name in Indonesian"), [DataRequired(_l("Enter the name.")), Length(max=60)], filters=[_strip]
    )
    name_en = StringField(
        _l("Name in English"), [DataRequired(_l("Enter the name.")), Length(max=60)], filters=[_strip]
    )
    code = StringField(
        _l("Code"),
        [
            DataRequired(_l("Enter a code such as wasp_nest.")),
            Regexp(r"^[a-z][a-z0-9_]{1,39}$", message=_l("2 to 40 small letters, digits and underscores.")),
            Unique(IncidentType.code, _l("Another type has this code.")),
        ],
        filters=[_strip, str.lower],
    )
    priority = RadioField(
        _l("Priority"), [InputRequired(_l("Choose how urgent it is."))], coerce=int,
        choices=[SelectChoice(number, name) for number, name in PRIORITIES.items()],
    )  # fmt: skip
    kind = SelectField(_l("Alerts of the kind"))
    agency_id = SelectField(_l("Leading agency"), [InputRequired(_l("Choose the agency."))], coerce=int)
    duplicate_radius = IntegerField(
        _l("Perhaps the same within (metres)"),
        [InputRequired(_how_far), NumberRange(NEAREST, FARTHEST, _how_far)],
    )
    offer_again_after = IntegerField(
        _l("Ask again who did not answer after (seconds)"),
        [InputRequired(_how_long), NumberRange(SOONEST, LATEST, _how_long)],
    )
    welfare_after = IntegerField(
        _l("Ask a crew without a word whether all is well after (minutes)"),
        [InputRequired(_how_silent), NumberRange(0, LONGEST_SILENCE, _how_silent)],
    )
    neighbours = BooleanField(_l("Ring the neighbours"))
    silent_approach = BooleanField(_l("Silent approach"))
    active = BooleanField(_l("In use"))

    def offer(
        self,
        agencies: Sequence[Agency],
        capabilities: Sequence[Capability],
        holders: Mapping[str, IncidentType],
        named: Callable[[Any], str],
    ) -> None:
        """Offer these to choose from, and beside each kind of alert the type that it leads to now."""
        self.agency_id.choices = [SelectChoice(agency.id, agency.name) for agency in agencies]
        self.kind.choices = [
            SelectChoice("", _("None: call-takers and dispatchers choose it")),
            *(SelectChoice(kind, _kind_label(name, holders.get(kind), named)) for kind, name in KINDS.items()),
        ]
        for capability, *_others in self.lines:
            capability.choices = [SelectChoice("", ""), *(SelectChoice(one.code, named(one)) for one in capabilities)]

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of types.values_of."""
        plan = [
            [capability.data, count.data, *([role_id.data, role_en.data] if role_id.data else [])]
            for capability, count, role_id, role_en in self.lines
            if capability.data
        ]
        names = ("code", "name_id", "name_en", "priority", "agency_id", "duplicate_radius", "active", "neighbours",
                 "silent_approach", "offer_again_after", "welfare_after")  # fmt: skip
        chain = {
            role: field.data for role, field in zip(COMMAND_CENTRE, self.chain, strict=True) if field.data is not None
        }
        own = {name: self[name].data for name in names}
        return own | {"kind": self.kind.data or None, "plan": plan, "chain": chain}


def by_field(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of types.values_of, by the form's field names."""
    plan = [*values.get("plan", []), *[["", None]] * LONGEST_PLAN]
    fields = ("capability", "count", "role_id", "role_en")
    lines = {
        f"{name}_{at}": value for at in LINES for name, value in zip(fields, [*plan[at - 1], "", ""], strict=False)
    }
    chain = values.get("chain", dict(DEFAULT))
    told = {f"chain_{role}": chain.get(role) for role in COMMAND_CENTRE}
    others = {name: value for name, value in values.items() if name not in ("plan", "chain")}
    return others | {"kind": values.get("kind") or ""} | lines | told


def _kind_label(name: Any, holder: IncidentType | None, named: Callable[[Any], str]) -> str:
    if holder is None:
        return _("%(kind)s (leads nowhere now)", kind=name)
    return _("%(kind)s (leads to “%(type)s” now)", kind=name, type=named(holder))


def _add_error(field: Field, message: str) -> None:
    field.errors = [*field.errors, message]
