"""The forms beneath a draft of a warning: why it is refused, why it cannot wait, and its name as a template."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form
from wtforms.validators import InputRequired

from meteor.warnings.draft_forms import HEADLINE, words


class RefusalForm(Form):
    """The reason for which a draft is not published. Its author reads it."""

    reason = words(_l("Reason"), _l("Write the reason."), most=300)


class AtOnceForm(Form):
    """The reason for which a warning cannot wait for a second person, who reads it afterwards."""

    life_at_risk = BooleanField(
        _l("Life at risk: publish at once"), [InputRequired(_l("Tick that a life is at risk. Otherwise it waits."))]
    )
    reason = words(_l("Why it cannot wait"), _l("Write why it cannot wait."), most=300)


class TemplateForm(Form):
    """The name under which a draft's texts are offered for new warnings."""

    template = words(_l("Name of the template"), _l("Write a name."), most=HEADLINE)
