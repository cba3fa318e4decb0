"""Forms of a feed, and of a citizen's wish."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from meteor.store.record_forms import PublicAddress, RecordForm, Unique
from meteor.warnings.feed_models import WarningFeed
from meteor.warnings.wishes import WISHES

KINDS = {
    "cap": _l("Warnings (RSS or Atom index of CAP messages)"),
    "earthquakes": _l("Earthquakes (BMKG's JSON list)"),
}


def _strip(text: str | None) -> str:
    return (text or "").strip()


class FeedForm(RecordForm):
    """A feed: its name, its HTTPS address, and whether it is read."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter the name.")),
            Length(max=100),
            Unique(WarningFeed.name, _l("Another feed has this name.")),
        ],
        filters=[_strip],
    )
    kind = SelectField(
        _l("Content"), [DataRequired()], choices=[SelectChoice(kind, words) for kind, words in KINDS.items()]
    )
    url = StringField(
        _l("HTTPS address"),
        [DataRequired(_l("Enter the address.")), Length(max=500),
         PublicAddress(_l("Give an address such as https://www.bmkg.go.id/alerts/nowcast/id, without a password."),
                       _l("This address lies inside a private network. Give a public one.")),
         Unique(WarningFeed.url, _l("Another feed has this address."))],
        filters=[_strip],
    )  # fmt: skip
    active = BooleanField(_l("Read this feed. Switched off, its warnings are taken down at once."))


WORDS = {
    "Moderate": _l("All of them from “be on guard” on"),
    "Severe": _l("Severe and extreme danger"),
    "Extreme": _l("Extreme danger, and tsunamis from severe danger on"),
    "": _l("None. Warnings still stand on the button's page"),
}


class WishForm(Form):
    """The severity from which on notices are wished."""

    least = RadioField(_l("Notices for my kelurahan"), choices=[SelectChoice(wish, WORDS[wish]) for wish in WISHES])
