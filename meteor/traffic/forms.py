"""Forms of a road closure and of a staging area. What was typed comes back with every problem."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from meteor.store.moments import WIB, now
from meteor.territory import gazetteer
from meteor.territory.place_fields import latitude_field, longitude_field

LONGEST_NAME, LONGEST_REASON = 200, 500

AS_TYPED = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H.%M", "%d-%m-%Y %H.%M", "%d-%m-%Y %H:%M"]
"""A day and a time as browsers send them, the first one, and as people type them where there is no picker."""

Point = tuple[float, float]
"""Degrees WGS-84."""


def _at_most(number: int) -> Length:
    return Length(max=number, message=_l("Write at most %(max)d characters."))


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class WibField(DateTimeLocalField):
    """A day and a time in WIB. `moment` is what it means (UTC), once the form has been read."""

    @property
    def moment(self) -> datetime | None:
        return self.data.replace(tzinfo=WIB) if self.data else None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError as error:
            raise ValueError(_("Write a day and a time, such as 2026-11-30 17.00.")) from error


class _PlaceForm(Form):
    """A form with points of two fields each, of which both are given or neither."""

    def point(self, prefix: str = "") -> Point | None:
        """The point that was given in degrees."""
        north, east = self[f"{prefix}latitude"].data, self[f"{prefix}longitude"].data
        return None if north is None or east is None else (north, east)

    def _check_pair(self, prefix: str) -> None:
        one, other = self[f"{prefix}latitude"], self[f"{prefix}longitude"]
        missing = next((field for field in (one, other) if field.data is None and not field.errors), None)
        if missing and {one.data, other.data} != {None}:
            missing.errors = [*missing.errors, _("Give both degrees, or neither.")]

    def validate(self, *args: Any, **options: Any) -> bool:
        """Check the fields, then the pairs of degrees."""
        super().validate(*args, **options)
        for prefix in {name.removesuffix("latitude") for name in self.data if name.endswith("latitude")}:
            self._check_pair(prefix)
        return not self.errors


class ClosureForm(_PlaceForm):
    street = StringField(
        _l("Street"),
        [DataRequired(_l("Write which street is closed, such as Jl. Panglima Sudirman.")), _at_most(LONGEST_NAME)],
        filters=[_stripped],
    )
    from_place = StringField(_l("From"), [_at_most(LONGEST_NAME)], filters=[_stripped])
    from_latitude = latitude_field(required=False)
    from_longitude = longitude_field(required=False)
    to_place = StringField(_l("To"), [_at_most(LONGEST_NAME)], filters=[_stripped])
    to_latitude = latitude_field(required=False)
    to_longitude = longitude_field(required=False)
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write why it is closed, such as a fallen tree.")), _at_most(LONGEST_REASON)],
        filters=[_stripped],
    )
    until = WibField(_l("Until (WIB)"), [Optional()], format=AS_TYPED)

    def validate_until(self, field: Field) -> None:
        if self.until.moment and self.until.moment <= now():
            raise ValidationError(_("This moment is over. Write a later one, or none."))

    @property
    def values(self) -> dict[str, Any]:
        """The columns of RoadClosure. Without degrees a stretch ends where its words surely mean."""
        street, starts, ends = self.street.data, self.from_place.data, self.to_place.data
        first = self.point("from_") or _end_of(street, starts)
        last = self.point("to_") or _end_of(street, ends)
        if not first and not last:
            first = _point_of(street)
        (north, east), (to_north, to_east) = first or (None, None), last or (None, None)
        return {
            "street": street, "from_place": starts, "to_place": ends, "from_latitude": north, "from_longitude": east,
            "to_latitude": to_north, "to_longitude": to_east, "reason": self.reason.data, "ends_at": self.until.moment,
        }  # fmt: skip


class AreaForm(_PlaceForm):
    """`incident` is a number, of none if it is empty; the view looks for it."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Write a name that crews know, such as Parkir GOR.")), _at_most(LONGEST_NAME)],
        filters=[_stripped],
    )  # fmt: skip
    incident = StringField(_l("Incident"), [_at_most(20)], filters=[_stripped])
    place = StringField(_l("Place"), [_at_most(LONGEST_NAME)], filters=[_stripped])
    latitude = latitude_field(required=False)
    longitude = longitude_field(required=False)

    def validate(self, *args: Any, **options: Any) -> bool:
        """Check the fields, and that there is a point."""
        if super().validate(*args, **options) and self.where is None:
            words = _("This place is not known for sure. Write another one, or its degrees.") if self.place.data else (
                _("Write the place, or its degrees.")
            )  # fmt: skip
            self.place.errors = [*self.place.errors, words]
        return not self.errors

    @property
    def where(self) -> Point | None:
        """The point in degrees, or that of the words."""
        return self.point() or _point_of(self.place.data)


def _point_of(place: str) -> Point | None:
    """The only point (degrees WGS-84) that a text can mean."""
    hit = gazetteer.sure(place) if place else None
    return (hit.latitude, hit.longitude) if hit else None


def _end_of(street: str, place: str) -> Point | None:
    """The end of a stretch: where another street crosses `street`, or else the place itself."""
    return (_point_of(f"perempatan {street} - {place}") or _point_of(place)) if place else None
