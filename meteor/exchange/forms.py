"""Where partners are told: text in, values and problems out."""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, ValidationError
from wtforms.validators import Length

from meteor.exchange.outgoing import PrivateAddress, public_address


def _strip(text: str | None) -> str:
    return (text or "").strip()


class WebhookForm(Form):
    """An HTTPS address of the public internet; empty when the client is told of nothing."""

    url = StringField(_l("HTTPS address"), [Length(max=500)], filters=[_strip])

    def validate_url(self, field: Any) -> None:
        if not field.data:
            return
        host, port = _host(field.data)
        try:
            public_address(host, port)
        except PrivateAddress:
            raise ValidationError(_l("This address lies inside a private network. Give a public one.")) from None
        except (OSError, UnicodeError):
            return  # its name leads nowhere yet; it is looked at again whenever something is sent


def _host(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and url.isascii()
        if fits and parts.port != 0 and url.isprintable() and " " not in url:
            return str(parts.hostname), parts.port or 443
    except ValueError:
        pass
    raise ValidationError(_l("Give an address such as https://partner.example/meteor, without a password."))
