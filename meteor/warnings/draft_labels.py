"""Words for drafts of warnings: the plain questions behind CAP's words."""

from flask_babel import lazy_gettext as _l

SEVERITY = {
    "Extreme": _l("Extreme danger: many lives are at risk"),
    "Severe": _l("Severe danger: lives and homes are at risk"),
    "Moderate": _l("Be on guard: people may be hurt, things may break"),
    "Minor": _l("Take note: a nuisance, hardly a danger"),
}

URGENCY = {
    "Immediate": _l("It is here: act at once"),
    "Expected": _l("Soon, within an hour"),
    "Future": _l("Later"),
}

CERTAINTY = {
    "Observed": _l("It has been seen"),
    "Likely": _l("Likely, more than half sure"),
    "Possible": _l("Possible, less than half sure"),
}

CATEGORIES = {
    "Met": _l("Weather and water"),
    "Geo": _l("Earth and volcanoes"),
    "Fire": _l("Fire"),
    "Safety": _l("Public safety"),
    "Health": _l("Health"),
    "Env": _l("Environment"),
    "Transport": _l("Traffic"),
    "Infra": _l("Electricity, water supply and other networks"),
    "CBRNE": _l("Chemicals and explosives"),
    "Other": _l("Other"),
}

MESSAGE_TYPES = {"Alert": _l("New warning"), "Update": _l("Update of a warning"), "Cancel": _l("All-clear")}
