"""A form with every kind of field, for the style guide."""

from wtforms import (
    BooleanField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired


def _choices(**labels: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class EveryField(Form):
    """One field of each kind that METEOR's forms use."""

    name = StringField("Nama", [InputRequired()])
    phone = TelField("Telepon", [InputRequired("Tulis nomor telepon.")])
    area = SelectField(
        "Kelurahan", [InputRequired("Pilih kelurahan.")], choices=[SelectChoice(""), *_choices(jati="Jati")]
    )
    kind = RadioField("Apa yang terjadi?", [InputRequired("Pilih satu.")], choices=_choices(fire="Api", crime="Maling"))
    needs = SelectMultipleField("Perlu dibantu", choices=_choices(elderly="Lansia", infant="Bayi"))
    note = TextAreaField("Catatan")
    consent = BooleanField("Warga setuju")
    file = FileField("Berkas")
    password = PasswordField("Kata sandi", render_kw={"autocomplete": "off"})
