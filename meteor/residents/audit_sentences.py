"""Sentences of the audit log about residents."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "sign_up_repeated": _l("Somebody signed up with the phone number of %(whom)s."),
    "leader_appointed": _l("%(who)s appointed %(whom)s as RT leader."),
    "leader_moved": _l("%(who)s moved the RT leader %(whom)s to another RT."),
    "leader_dismissed": _l("%(who)s dismissed the RT leader %(whom)s."),
    "nik_read": _l("%(who)s read the NIK of the resident %(whom)s."),
    "signed_up": _l("%(who)s signed up."),
    "help_agreed": _l("%(who)s agreed to help near home."),
    "help_withdrawn": _l("%(who)s no longer helps near home."),
    "own_needs_set": _l("%(who)s changed what crews should know about them."),
    "settled": _l("%(who)s said where home is."),
    "claim_card_made": _l("%(who)s made a claim card for the resident %(whom)s."),
    "claimed": _l("%(who)s used a claim card."),
    "claim_card_used": _l("The claim card of the resident %(whom)s was used to ask for access again."),
    "resident_created": _l("%(who)s registered the resident %(whom)s."),
    "resident_edited": _l("%(who)s changed the resident %(whom)s."),
    "resident_moved": _l("%(who)s moved the resident %(whom)s to another home of the RT."),
    "resident_moved_out": _l("%(who)s noted that the resident %(whom)s moved out."),
    "resident_returned": _l("%(who)s noted that the resident %(whom)s lives there after all."),
    "resident_verified": _l("%(who)s verified the resident %(whom)s."),
    "resident_rejected": _l("%(who)s rejected the resident %(whom)s."),
    "residents_exported": _l("%(who)s exported %(count)s residents."),
    "household_edited": _l("%(who)s changed a household."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""
