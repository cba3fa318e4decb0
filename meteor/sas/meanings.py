"""Labels of codes.MEANINGS."""

from flask_babel import lazy_gettext as _l

SAID = {
    "hold_up": _l("Hold-up"),
    "duress": _l("Duress"),
    "medical": _l("Medical alarm"),
    "fire": _l("Fire alarm"),
    "gas": _l("Gas alarm"),
    "burglary": _l("Burglary alarm"),
    "tamper": _l("Tamper alarm"),
    "environment": _l("Water, temperature or the like"),
    "alarm": _l("Alarm"),
    "power": _l("Mains power"),
    "battery": _l("Battery"),
    "communication": _l("Communication"),
    "trouble": _l("Trouble"),
    "silent": _l("Panel is silent"),
    "opening": _l("Disarmed"),
    "closing": _l("Armed"),
    "access": _l("Access"),
    "bypass": _l("Zone bypassed"),
    "cancel": _l("Cancelled"),
    "test": _l("The panel's own test"),
    "status": _l("Status"),
    "unknown": _l("Unknown code"),
}
