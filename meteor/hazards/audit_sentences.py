"""Sentences of the audit log about reports of hazards."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "hazard_verified": _l("Hazard verified"),
    "hazard_asked": _l("Question about a hazard"),
    "hazard_rejected": _l("Hazard not confirmed"),
    "hazard_confirmed": _l("Hazard still there"),
    "hazard_resolved": _l("Hazard over"),
    "hazard_joined": _l("Reports of hazards joined"),
    "hazard_separated": _l("Reports of hazards separated"),
    "hazard_raised": _l("Incident made of a hazard"),
}
"""Labels of the actions."""

SENTENCES = {
    "hazard_verified": _l("%(who)s verified the hazard report %(whom)s."),
    "hazard_asked": _l("%(who)s asked the reporter of the hazard report %(whom)s."),
    "hazard_rejected": _l("%(who)s did not confirm the hazard report %(whom)s."),
    "hazard_confirmed": _l("%(who)s said that the hazard of report %(whom)s is still there."),
    "hazard_resolved": _l("%(who)s said that the hazard of report %(whom)s is over."),
    "hazard_joined": _l("%(who)s joined the hazard report %(whom)s to %(main)s."),
    "hazard_separated": _l("%(who)s separated the hazard report %(whom)s from %(main)s."),
    "hazard_raised": _l("%(who)s made incident %(incident)s of the hazard report %(whom)s."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), and single details."""
