"""What is asked of the audit log: text in, a question and problems out."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import Optional

from meteor.accounts.audit_log import Question, known_deeds
from meteor.accounts.deeds import deed_in_words


def _strip(text: str | None) -> str:
    return (text or "").strip()


class QuestionForm(Form):
    person = StringField(_l("Person"), filters=[_strip])
    deed = SelectField(_l("Deed"), validate_choice=False, default="")
    subject = StringField(_l("Subject"), filters=[_strip])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    actor = HiddenField()

    @classmethod
    def of(cls, arguments: object) -> "QuestionForm":
        """The form that these arguments of a request fill."""
        form = cls(arguments)
        choices = sorted((SelectChoice(deed, deed_in_words(deed)) for deed in known_deeds()), key=lambda one: one.label)
        form.deed.choices = [SelectChoice("", _("All")), *choices]
        return form

    @property
    def question(self) -> Question:
        """What is asked; a day that could not be read is left out."""
        actor = self.actor.data or ""
        return Question(
            person=self.person.data or "", actor=int(actor) if actor.isdecimal() and len(actor) < 10 else None,
            deed=self.deed.data or "", subject=self.subject.data or "", since=self.since.data, until=self.until.data,
        )  # fmt: skip
