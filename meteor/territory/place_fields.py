"""Fields of a typed point in degrees WGS-84."""

from flask_babel import lazy_gettext as _l
from wtforms import FloatField
from wtforms.validators import InputRequired, NumberRange, Optional


class DegreesField(FloatField):
    """Degrees; a decimal comma, as Indonesian keyboards have it, is understood."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.strip().replace(",", ".") for text in valuelist])
        except ValueError as error:
            raise ValueError(_l("Give degrees such as -7.74320.")) from error


def latitude_field(*, required: bool = True) -> DegreesField:
    """A field for degrees north of the equator; the south is negative."""
    message = _l("Give degrees from -90 to 90, such as -7.74320.")
    presence = InputRequired(message) if required else Optional()
    return DegreesField(_l("Latitude"), [presence, NumberRange(-90, 90, message)])


def longitude_field(*, required: bool = True) -> DegreesField:
    """A field for degrees east of Greenwich."""
    message = _l("Give degrees from -180 to 180, such as 113.21580.")
    presence = InputRequired(message) if required else Optional()
    return DegreesField(_l("Longitude"), [presence, NumberRange(-180, 180, message)])
