"""The form of a browser's push subscription."""

import base64
import binascii
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, ValidationError
from wtforms.validators import InputRequired, Length

from meteor.notices.devices import Keys
from meteor.notices.vapid import CURVE
from meteor.store.outgoing import PrivateAddress, address_of, host_of

SECRET_BYTES = 16
"""The length of a subscription's shared secret (RFC 8291, 3.2)."""

INCOMPLETE = _l("The browser has sent no complete subscription. Turn push on once more.")
INSIDE = _l("This is no public HTTPS address. Use a browser whose push service is on the internet.")


class DeviceForm(Form):
    """A push subscription, as the browser's PushSubscription has it (keys in base64url)."""

    endpoint = HiddenField(_l("Address at the push service"), [InputRequired(INCOMPLETE), Length(max=1000)])
    p256dh = HiddenField(_l("The device's key"), [InputRequired(INCOMPLETE), Length(max=200)])
    auth = HiddenField(_l("The device's secret"), [InputRequired(INCOMPLETE), Length(max=100)])

    def validate_endpoint(self, field: Any) -> None:
        try:
            address_of(*host_of(field.data))
        except (PrivateAddress, ValueError):  # also UnicodeError, for a name that is none
            raise ValidationError(INSIDE) from None
        except OSError:
            return  # its name leads nowhere now; it is looked at again whenever something is sent

    def validate_p256dh(self, field: Any) -> None:
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(field.data))
        except ValueError:
            raise ValidationError(INCOMPLETE) from None

    def validate_auth(self, field: Any) -> None:
        if len(_bytes(field.data)) != SECRET_BYTES:
            raise ValidationError(INCOMPLETE)

    def values(self) -> Keys:
        """The subscription; only of a form that is valid."""
        return Keys(str(self.endpoint.data), str(self.p256dh.data), str(self.auth.data))


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.rstrip("=").encode() + b"=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
