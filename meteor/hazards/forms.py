"""Forms of reports of hazards. They are read leniently: what is doubtful is left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, MultipleFileField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from meteor.hazards import labels
from meteor.hazards.alerting import is_urgent
from meteor.hazards.photos import MOST_AT_ONCE, MOST_BYTES
from meteor.hazards.rules import LONGEST_NOTE
from meteor.residents import cells
from meteor.residents.fields import ReadField

LONGEST_PLACE = 200

ACCEPTED = "image/*"
"""A narrower word would hide the camera from Android; an iPhone sends JPEG for it."""

PHOTOS_HINT = _l(
    "Up to %(most)d, of at most %(mb)d MB together. JPEG, PNG or HEIC. A photo's location may be used as the report's;"
    " no other data of the camera is kept.",
    most=MOST_AT_ONCE, mb=MOST_BYTES // 1_000_000,
)  # fmt: skip


def _severity(text: str) -> int | None:
    return int(text) if text in ("1", "2", "3") else None


def _choices(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in names.items()]


def _photos(label: Any) -> MultipleFileField:
    return MultipleFileField(label, description=PHOTOS_HINT, render_kw={"accept": ACCEPTED})


class MessageForm(Form):
    """The reporter's further words about their report, with photos."""

    text = TextAreaField(
        _l("What do you want to tell BPBD?"),
        [Length(max=LONGEST_NOTE, message=_l("Write at most %(max)d characters."))],
    )
    photos = _photos(_l("Photos"))
    kept: Sequence[str] = ()  # tickets of photos that were taken before

    def validate_text(self, field: TextAreaField) -> None:
        if not (field.data or "").strip() and not any(self.photos.data or ()) and not self.kept:
            raise ValidationError(_("Write something, or choose a photo."))


class ReportForm(Form):
    """A report: its kind, and some place or a note. An urgent one is never refused for what else is missing."""

    id = HiddenField()
    kind = RadioField(_l("What is it?"), choices=_choices(labels.KINDS), validate_choice=False)
    severity = RadioField(
        _l("How bad is it?"), choices=_choices(labels.SEVERITIES), coerce=_severity, validate_choice=False
    )  # fmt: skip
    danger = SelectMultipleField(
        _l("Is it dangerous right now?"), choices=_choices(labels.DANGERS), validate_choice=False
    )
    place = ReadField(_l("Where is it?"), id="where", read=lambda text: text[:LONGEST_PLACE])
    latitude, longitude, accuracy, place_source = HiddenField(), HiddenField(), HiddenField(), HiddenField()
    note = TextAreaField(_l("Anything else?"), render_kw={"maxlength": LONGEST_NOTE})
    photos = _photos(_l("Photos"))

    @property
    def dangers(self) -> list[str]:
        """The dangers that are ticked, those that we know."""
        return [word for word in labels.DANGERS if word in (self.danger.data or ())]

    @property
    def said_kind(self) -> str:
        """The kind; "other" for one that is unknown, or not said."""
        return self.kind.data if self.kind.data in labels.KINDS else "other"

    @property
    def urgent(self) -> bool:
        """Return whether the report is an alert, too."""
        return is_urgent(self.said_kind, self.dangers)

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in labels.KINDS and not self.urgent:
            raise ValidationError(_("Choose what it is."))

    def validate_place(self, field: ReadField) -> None:
        placed = field.data or (self.latitude.data and self.longitude.data) or (self.note.data or "").strip()
        if not placed and not self.urgent:
            raise ValidationError(_("Say where it is: share your position, or type a street or a place."))

    def validate_note(self, field: TextAreaField) -> None:
        if len(field.data or "") > LONGEST_NOTE and not self.urgent:
            raise ValidationError(_("Write at most %(max)d characters.", max=LONGEST_NOTE))

    def validate_photos(self, field: MultipleFileField) -> None:
        if len([file for file in field.data or () if file]) > MOST_AT_ONCE and not self.urgent:
            raise ValidationError(_("Send at most %(most)d photos at a time.", most=MOST_AT_ONCE))


class ReportWithoutAccountForm(ReportForm):
    """A report of somebody who has not signed in: with a phone number."""

    phone = ReadField(
        _l("Your mobile number"), [DataRequired(_l("Enter your mobile number: BPBD may have a question."))],
        read=cells.phone,
    )  # fmt: skip
