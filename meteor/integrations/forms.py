"""The form of a client's webhook."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, ValidationError
from wtforms.validators import Length

from meteor.store.outgoing import PrivateAddress, address_of, host_of


def _strip(text: str | None) -> str:
    return (text or "").strip()


class WebhookForm(Form):
    """A public HTTPS address; empty without a webhook."""

    url = StringField(_l("HTTPS address"), [Length(max=500)], filters=[_strip])

    def validate_url(self, field: Any) -> None:
        if not field.data:
            return
        try:
            address = host_of(field.data)
        except ValueError:
            wrong = _l("Give an address such as https://partner.example/meteor, without a password.")
            raise ValidationError(wrong) from None
        try:
            address_of(*address, inside=True)
        except PrivateAddress:
            raise ValidationError(_l("This address lies inside a private network. Give a public one.")) from None
        except (OSError, UnicodeError):
            return  # the name does not resolve yet; it is checked again at each request
