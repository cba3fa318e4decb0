"""Fields of a form whose text is read by the cells of a register."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import DataRequired, ValidationError

from meteor.residents import cells


class ReadField(StringField):
    """A line that `read` turns into `value`; None when it is empty. A ValueError of `read` is the problem."""

    value: Any = None

    def __init__(self, label: Any, validators: Sequence[Any] = (), *, read: Callable[[str], Any], **given: Any) -> None:
        super().__init__(label, validators, filters=[lambda text: cells.line(text or "")], **given)
        self.read = read

    def pre_validate(self, form: Form) -> None:
        try:
            self.value = self.read(self.data) if self.data else None
        except ValueError as error:
            raise ValidationError(error.args[0]) from error


def name_field() -> ReadField:
    """A person's name, which is required."""
    return ReadField(_l("Name"), [DataRequired(_l("Enter the name."))], read=cells.no_longer_than(cells.LONGEST_NAME))
