"""The form of a user's own word for "ready" on the silent button's page."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import Length, NoneOf

from meteor.sas.labels import SIGNS

LONGEST = 24


class WordForm(Form):
    word = StringField(
        _l("Your own word for “ready”"),
        [
            Length(max=LONGEST, message=_l("At most %(max)d characters.")),
            NoneOf(SIGNS.values(), message=_l("The page uses this number for another state. Choose a word.")),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )
