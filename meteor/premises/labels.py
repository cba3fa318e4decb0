"""Labels of kinds of premises, days of the week, and kinds of pictures."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "bank": _l("Bank"),
    "gold_shop": _l("Gold shop"),
    "pawnshop": _l("Pawnshop"),
    "minimarket": _l("Minimarket"),
    "petrol_station": _l("Petrol station"),
    "school": _l("School"),
    "office": _l("Office"),
    "factory": _l("Factory or warehouse"),
    "health": _l("Clinic or hospital"),
    "worship": _l("House of worship"),
    "house": _l("House"),
    "other": _l("Other"),
}

DAYS = {
    "monday": _l("Monday"),
    "tuesday": _l("Tuesday"),
    "wednesday": _l("Wednesday"),
    "thursday": _l("Thursday"),
    "friday": _l("Friday"),
    "saturday": _l("Saturday"),
    "sunday": _l("Sunday"),
}

PICTURES = {"plan": _l("Floor plan"), "photo": _l("Photo")}
