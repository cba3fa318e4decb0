"""Forms over records: their values as they are filled in, and checks against other records."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select
from wtforms import Field, FloatField, Form, ValidationError

from meteor.store.database import Base, db
from meteor.store.outgoing import PrivateAddress, host_of, refuse_private


class RecordForm(Form):
    """A form filled in with a record's attributes, or with other `values` of it by field.

    `before` are these values if the record is stored already, to detect that another user has changed it.
    """

    def __init__(self, typed: Any, record: Base, values: Mapping[str, Any] | None = None) -> None:
        self.record: Any = record
        super().__init__(typed or None, obj=record if values is None else None, data=values)
        stored = inspect(record).persistent
        known = {field.name: getattr(record, field.name) for field in self} if values is None else dict(values)
        self.before: dict[str, Any] = known if stored else {}


class DecimalField(FloatField):
    """A number; a decimal comma, as Indonesian keyboards have it, is understood. `wrong` is said of what is none."""

    def __init__(self, label: Any, validators: Sequence[Any], wrong: Any, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([text.strip().replace(",", ".") for text in valuelist])
        except ValueError as error:
            raise ValueError(self.wrong) from error


class Unique:
    """Refuses a value that another record has in `column`, with `message`. A field of a RecordForm."""

    def __init__(self, column: Any, message: Any) -> None:
        self.column, self.message = column, message

    def __call__(self, form: RecordForm, field: Field) -> None:
        with db.session.no_autoflush:
            other = db.session.scalar(select(self.column.class_).where(self.column == field.data))
        if other not in (None, form.record):
            raise ValidationError(self.message)


class PublicAddress:
    """Refuses what is no HTTPS address with `wrong`, and a literal address of a private network with `private`.

    A name is not looked up: it is checked at each request (see outgoing.refuse_private).
    """

    def __init__(self, wrong: Any, private: Any) -> None:
        self.wrong, self.private = wrong, private

    def __call__(self, form: Form, field: Field) -> None:
        try:
            refuse_private(host_of(field.data)[0])
        except ValueError:
            raise ValidationError(self.wrong) from None
        except PrivateAddress:
            raise ValidationError(self.private) from None
