"""The form of a question to the audit log."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, HiddenField, SelectChoice, SelectField, StringField
from wtforms.validators import Optional

from meteor.accounts.audit_labels import action_label
from meteor.accounts.audit_log import Question, known_actions


def _strip(text: str | None) -> str:
    return (text or "").strip()


class QuestionForm(Form):
    person = StringField(_l("Person"), filters=[_strip])
    action = SelectField(_l("Action"), validate_choice=False, default="")
    subject = StringField(_l("Subject"), filters=[_strip])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    actor = HiddenField()

    @classmethod
    def of(cls, arguments: object) -> "QuestionForm":
        """The form that these arguments of a request fill."""
        form = cls(arguments)
        labelled = (SelectChoice(action, action_label(action)) for action in known_actions())
        choices = sorted(labelled, key=lambda one: one.label)
        form.action.choices = [SelectChoice("", _("All")), *choices]
        return form

    @property
    def question(self) -> Question:
        """The question; an unreadable day is left out."""
        actor = self.actor.data or ""
        return Question(
            person=self.person.data or "", actor=int(actor) if actor.isdecimal() and len(actor) < 10 else None,
            action=self.action.data or "", subject=self.subject.data or "", since=self.since.data,
            until=self.until.data,
        )  # fmt: skip
