"""Questions and advice as the administrator keeps them: text in, values and problems out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from meteor.protocols.type_forms import PRIORITIES
from meteor.store.record_forms import RecordForm

LINES = range(1, 6)
"""The answers of a question, at most five."""


def _strip(text: str | None) -> str:
    return (text or "").strip()


def _steps(text: str | None) -> str:
    return "\n".join(line.strip() for line in (text or "").splitlines() if line.strip())


def _text(label: Any, longest: int) -> StringField:
    return StringField(label, [DataRequired(_l("Enter the text.")), Length(max=longest)], filters=[_strip])


def _long_text(label: Any) -> TextAreaField:
    return TextAreaField(label, [DataRequired(_l("Enter the text.")), Length(max=2000)], filters=[_steps])


class KeywordsForm(RecordForm):
    keywords = TextAreaField(_l("Words that find it"), [Length(max=1000)], filters=[_strip])


class _PartForm(Form):
    """A part that has a place in the order of several."""

    position = SelectField(_l("Place in the order"), [DataRequired()], coerce=int)

    @classmethod
    def among(cls, others: Sequence[Any], **arguments: Any) -> Any:
        """The form of one beside these others: a new one comes last."""
        form = cls(**arguments)
        places = range(1, len(others) + 2)
        form.position.choices = [SelectChoice(place, str(place)) for place in places]
        if form.position.data is None:
            form.position.data = places[-1]
        return form

    @staticmethod
    def by_field(values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of script_edits.values_of, by the form's field names."""
        return dict(values)

    @property
    def values(self) -> dict[str, Any]:
        """The entered values, by the names of script_edits.values_of."""
        return dict(self.data)


class AdviceForm(_PartForm):
    title_id = _text(_l("Title in Indonesian"), 80)
    title_en = _text(_l("Title in English"), 80)
    text_id = _long_text(_l("Steps in Indonesian"))
    text_en = _long_text(_l("Steps in English"))


class QuestionForm(_PartForm):
    """A question with its answers from top to bottom: the fields answer_1_id, answer_1_en, answer_1_priority …"""

    text_id = _text(_l("Question in Indonesian"), 200)
    text_en = _text(_l("Question in English"), 200)

    @classmethod
    def among(cls, others: Sequence[Any], **arguments: Any) -> Any:
        form = super().among(others, **arguments)
        unchanged = SelectChoice("", _("Priority stays as it is"))
        for *_texts, priority in form.lines:
            priority.choices = [unchanged, *(SelectChoice(str(level), name) for level, name in PRIORITIES.items())]
        return form

    @property
    def lines(self) -> list[tuple[Field, Field, Field]]:
        """Answer by answer: its two texts, and the priority that it gives."""
        return [(self[f"answer_{at}_id"], self[f"answer_{at}_en"], self[f"answer_{at}_priority"]) for at in LINES]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """An answer has both texts, and there are at least two answers."""
        right = bool(super().validate(extra_validators))
        for indonesian, english, priority in self.lines:
            for one, other in ((indonesian, english), (english, indonesian)):
                if not one.data and (other.data or priority.data):
                    one.errors = [*one.errors, _("Enter the text.")]
        if len(self.values["answers"]) < 2:
            first = self.lines[0][0]
            first.errors = [*first.errors, _("A question needs at least two answers.")]
        return right and not any(field.errors for line in self.lines for field in line)

    @staticmethod
    def by_field(values: Mapping[str, Any]) -> dict[str, Any]:
        answers = [*values["answers"], *[{"text_id": "", "text_en": "", "priority": None}] * len(LINES)]
        fields = {name: value for name, value in values.items() if name != "answers"}
        for at, answer in zip(LINES, answers, strict=False):
            fields |= {f"answer_{at}_id": answer["text_id"], f"answer_{at}_en": answer["text_en"]}
            fields[f"answer_{at}_priority"] = str(answer["priority"] or "")
        return fields

    @property
    def values(self) -> dict[str, Any]:
        answers = [
            {"text_id": indonesian.data, "text_en": english.data, "priority": int(priority.data or 0) or None}
            for indonesian, english, priority in self.lines
            if indonesian.data or english.data
        ]
        return {name: self[name].data for name in ("text_id", "text_en", "position")} | {"answers": answers}


for _at in LINES:
    _short = [Length(max=80)]
    _labels = {"id": _l("Answer %(at)d in Indonesian", at=_at), "en": _l("Answer %(at)d in English", at=_at)}
    for _language, _label in _labels.items():
        setattr(QuestionForm, f"answer_{_at}_{_language}", StringField(_label, _short, filters=[_strip]))
    setattr(QuestionForm, f"answer_{_at}_priority", SelectField(_l("After answer %(at)d", at=_at), default=""))
