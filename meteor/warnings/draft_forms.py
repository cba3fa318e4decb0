"""The forms of a warning that the disaster agency drafts: what it says, how bad, where, and until when."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from meteor.store.moments import WIB, now
from meteor.territory.models import Kelurahan
from meteor.warnings import draft_labels, draft_places
from meteor.warnings.cap_xml import clean
from meteor.warnings.draft_where import rts_within
from meteor.warnings.messages import LANGUAGES

HEADLINE, TEXT = 160, 1500
"""Highest numbers of characters; CAP recommends 160 for a headline."""

TEXTS = ("headline", "description", "instruction")


def _choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("Write at most %(max)d characters."))


def _cleaned(text: str | None) -> str:
    return clean(text or "")


def words(label: Any, required: Any = None, most: int = TEXT) -> Any:
    kind = StringField if most == HEADLINE else TextAreaField
    validators = [DataRequired(required)] if required else []
    return kind(label, [*validators, _at_most(most)], filters=[_cleaned])


class MomentField(DateTimeLocalField):
    """A day and a time of day in WIB, as `data` without a zone; `moment` is what it means."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a day and a time, such as 2026-11-29 13:00.")) from error

    @property
    def moment(self) -> datetime | None:
        """The moment, None without one."""
        return self.data.replace(tzinfo=WIB) if self.data else None


class TextsForm(Form):
    """The texts of a warning in Indonesian and, if there are any, in English. An all-clear is no more than that."""

    headline_id = words(_l("Headline"), _l("Write the headline."), HEADLINE)
    description_id = words(_l("What is happening"), _l("Write what is happening."))
    instruction_id = words(_l("What to do"), _l("Write what people should do."))
    headline_en = words(_l("Headline in English"), most=HEADLINE)
    description_en = words(_l("What is happening, in English"))
    instruction_en = words(_l("What to do, in English"))

    def validate_headline_en(self, field: Any) -> None:
        """English texts need a headline."""
        if not field.data and (self.description_en.data or self.instruction_en.data):
            raise ValidationError(_("Write the headline in English too, or no English at all."))

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """The texts by language, as WarningDraft.texts."""
        said = {
            language: {name: self[f"{name}_{language}"].data or "" for name in TEXTS} for language in LANGUAGES
        }  # fmt: skip
        return {language: texts for language, texts in said.items() if any(texts.values())}

    @property
    def values(self) -> dict[str, Any]:
        """The values of the form for the draft, by attribute."""
        return {"texts": self.texts}


class DraftForm(TextsForm):
    """A warning as a whole. A chosen kecamatan stands for all of its kelurahan."""

    severity = RadioField(
        _l("How bad can it get?"), [InputRequired(_l("Choose how bad it can get."))],
        choices=_choices(draft_labels.SEVERITY),
    )  # fmt: skip
    urgency = RadioField(
        _l("How soon?"), [InputRequired(_l("Choose how soon."))], choices=_choices(draft_labels.URGENCY)
    )
    certainty = RadioField(
        _l("How sure is it?"), [InputRequired(_l("Choose how sure it is."))],
        choices=_choices(draft_labels.CERTAINTY),
    )  # fmt: skip
    category = SelectField(_l("Category"), [InputRequired()], choices=_choices(draft_labels.CATEGORIES))
    onset = MomentField(_l("Begins (WIB)"), [Optional()])
    expires = MomentField(_l("Holds until (WIB)"), [InputRequired(_l("Choose until when it holds."))])
    kelurahan = SelectMultipleField(_l("Area"), coerce=int)
    kecamatan = SelectMultipleField(_l("All of a kecamatan"), coerce=int)
    rts = words(_l("Single RW and RT"))
    corners = words(_l("Area on the map: its corners"), most=4000)

    def __init__(self, typed: Any, areas: Sequence[Kelurahan], **known: Any) -> None:
        self.areas = areas
        super().__init__(typed or None, **known)
        self.kelurahan.choices = _choices({each.id: each.name for each in areas})
        self.kecamatan.choices = _choices({each.kecamatan_id: each.kecamatan.name for each in areas})

    @property
    def by_kecamatan(self) -> Iterator[tuple[Any, list[tuple[int, Any]]]]:
        """The choice of each kecamatan with those of its kelurahan, which are numbered through."""
        numbered = list(zip(self.areas, enumerate(self.kelurahan.iter_choices()), strict=True))
        for whole in self.kecamatan.iter_choices():
            yield whole, [choice for area, choice in numbered if area.kecamatan_id == whole.value]

    @property
    def chosen(self) -> list[int]:
        """The ids of all chosen kelurahan."""
        whole, single = self.kecamatan.data or (), self.kelurahan.data or ()
        return [area.id for area in self.areas if area.kecamatan_id in whole or area.id in single]

    @property
    def values(self) -> dict[str, Any]:
        """The values of the form for the draft, by attribute."""
        plain = {name: self[name].data for name in ("severity", "urgency", "certainty", "category")}
        times = {"onset": self.onset.moment, "expires": self.expires.moment}
        rw_ids, rt_ids = draft_places.named(self.rts.data or "", self.areas)
        where = {"kelurahan_ids": self.chosen, "rw_ids": rw_ids, "rt_ids": rt_ids}
        return super().values | plain | times | where | {"polygon": draft_places.corners(self.corners.data or "")}

    def validate_kelurahan(self, field: Any) -> None:
        """A warning is for somewhere."""
        if not (self.chosen or self.rts.data or self.corners.data):
            raise ValidationError(_("Choose where it is for: a kelurahan, an RW or RT, or an area on the map."))

    def validate_rts(self, field: Any) -> None:
        """Every line names an RW or RT of the city."""
        try:
            draft_places.named(field.data or "", self.areas)
        except draft_places.UnknownPlace as error:
            raise ValidationError(
                _("“%(line)s” is not in the register. Write it like RT 03 RW 05 Mayangan.", line=error)
            ) from error

    def validate_corners(self, field: Any) -> None:
        """The corners are an area in which somebody lives."""
        try:
            ring = draft_places.corners(field.data or "")
        except draft_places.NoArea as error:
            if error.args:
                words = _(
                    "“%(line)s” is not a corner. Write latitude and longitude like -7.7337, 113.2166.", line=error
                )
                raise ValidationError(words) from error
            raise ValidationError(_("An area has 3 to 100 corners, and its edges do not cross.")) from error
        if ring and not rts_within(ring):
            raise ValidationError(
                _("No RT with a known place lies in this area. Draw it larger, or choose a kelurahan.")
            )

    def validate_expires(self, field: Any) -> None:
        """A warning ends after now and after its beginning."""
        if field.moment is None:
            return  # its own error is said
        if field.moment <= now():
            raise ValidationError(_("This moment is over. Choose a later one."))
        if self.onset.moment and field.moment <= self.onset.moment:
            raise ValidationError(_("It must hold longer than until its beginning."))
