"""Words for drafts of warnings: the plain questions behind CAP's words, and where a draft stands."""

from flask_babel import lazy_gettext as _l

SEVERITY = {
    "Extreme": _l("Extreme: many lives are in danger"),
    "Severe": _l("Severe: danger to life and homes"),
    "Moderate": _l("Moderate: people may be hurt, things may break"),
    "Minor": _l("Minor: a nuisance, hardly a danger"),
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

MESSAGE_TYPES = {"Alert": _l("New warning"), "Update": _l("Update"), "Cancel": _l("All-clear")}

SEVERITY_SHORT = {
    "Extreme": (_l("Extreme danger"), "danger", "octagon"),
    "Severe": (_l("Severe danger"), "danger", "triangle"),
    "Moderate": (_l("Moderate danger"), "warn", "triangle"),
    "Minor": (_l("Minor danger"), "info", "info"),
}
"""What a reader sees of a severity: the words, the tone and the icon of its badge."""
