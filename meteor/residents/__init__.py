"""The register of households and residents, kept by RT leaders; sign-ups and claim cards."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.labels import ACCOUNTS
from meteor.residents.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    homes={"rt_leader": "residents.index"},
    navigation=[
        NavigationEntry(_l("Residents"), "residents.index", ("rt_leader",), order=80),
        NavigationEntry(_l("Where I live"), "residents.residence", ("citizen",), order=90),
        NavigationEntry(_l("RT leaders"), "residents.leaders", ("admin",), order=150, group=ACCOUNTS),
    ],
    audit_actions={
        "sign_up_repeated": _l("Sign-up with a known phone number"),
        "leader_appointed": _l("RT leader appointed"),
        "leader_moved": _l("RT leader moved"),
        "leader_dismissed": _l("RT leader dismissed"),
        "nik_read": _l("NIK read"),
        "signed_up": _l("Signed up"),
        "help_agreed": _l("Agreed to help near home"),
        "help_withdrawn": _l("Helps near home no more"),
        "settled": _l("Home given"),
        "own_needs_set": _l("Own needs changed"),
        "claim_card_made": _l("Claim card made"),
        "claimed": _l("Claim card used"),
        "claim_card_used": _l("Claim card used to ask for access again"),
        "resident_created": _l("Resident registered"),
        "resident_edited": _l("Resident changed"),
        "resident_moved": _l("Resident moved"),
        "resident_moved_out": _l("Resident moved out"),
        "resident_returned": _l("Resident returned"),
        "resident_verified": _l("Resident verified"),
        "resident_rejected": _l("Resident rejected"),
        "residents_exported": _l("Residents exported"),
        "household_edited": _l("Household changed"),
    },
    audit_sentences=SENTENCES,
)
