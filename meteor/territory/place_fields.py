"""Fields of a typed point in degrees WGS-84."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange, Optional

from meteor.store.record_forms import DecimalField

_WRONG = _l("Give degrees such as -7.74320.")


def latitude_field(*, required: bool = True) -> DecimalField:
    """A field for degrees north of the equator; the south is negative."""
    message = _l("Give degrees from -90 to 90, such as -7.74320.")
    presence = InputRequired(message) if required else Optional()
    return DecimalField(_l("Latitude"), [presence, NumberRange(-90, 90, message)], _WRONG)


def longitude_field(*, required: bool = True) -> DecimalField:
    """A field for degrees east of Greenwich."""
    message = _l("Give degrees from -180 to 180, such as 113.21580.")
    presence = InputRequired(message) if required else Optional()
    return DecimalField(_l("Longitude"), [presence, NumberRange(-180, 180, message)], _WRONG)
