"""Reports of hazards from citizens (Siab Maspro): flood, wind, fallen trees. The disaster agency verifies them."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import COMMAND, RESIDENTS
from meteor.config import Settings
from meteor.hazards.audit_sentences import ACTIONS, SENTENCES
from meteor.web.package import NavigationEntry, Package

ACTS = ("hazard_officer",)
"""Roles that decide about reports."""

DESK = (*ACTS, *COMMAND)
"""Roles that read the desk."""


def _configure(settings: Settings) -> None:
    from meteor.hazards import photos  # here, since its models need the packages below to be loaded first

    photos.configure(settings)


blueprint = Package(
    __name__,
    configure=_configure,
    homes={"hazard_officer": "hazards.desk"},
    navigation=[
        NavigationEntry(_l("Hazard reports"), "hazards.desk", DESK, order=35),
        NavigationEntry(_l("Report a hazard"), "hazards.own_reports", RESIDENTS, order=70),
    ],
    notices={"hazard_waiting": _l("The hazard report %(number)s has waited for 15 minutes. Answer it now.")},
    quiet_notices={
        "hazard_verified": _l("Your hazard report %(number)s was verified. Thank you."),
        "hazard_asked": _l("There is a question about your hazard report %(number)s. Please answer it."),
        "hazard_rejected": _l("Your hazard report %(number)s could not be confirmed. Read why."),
        "hazard_resolved": _l("The hazard that you reported (%(number)s) is over."),
        "hazard_separated": _l("The hazard report %(number)s waits for an answer again."),
        "hazard_lasting": _l("Is the hazard %(number)s still there? There was no message about it for 24 hours."),
        "hazard_incident": _l("Units are asked to go to the hazard that you reported (%(number)s)."),
    },
    audit_actions=ACTIONS,
    audit_sentences=SENTENCES,
    audit_names={"hazard_reports": "number"},
)
