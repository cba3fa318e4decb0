"""Sentences of the audit log about users."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "user_added": _l("%(who)s added the account of %(whom)s."),
    "user_changed": _l("%(who)s changed the account of %(whom)s: %(what)s."),
    "user_disabled": _l("%(who)s disabled the account of %(whom)s."),
    "user_enabled": _l("%(who)s enabled the account of %(whom)s again."),
    "user_invited": _l("%(who)s made a link for %(whom)s to choose a password."),
    "user_suspended": _l("%(who)s suspended the panic button of %(whom)s."),
    "suspension_lifted": _l("%(who)s ended the suspension of %(whom)s."),
    "sessions_ended": _l("%(who)s signed %(whom)s out everywhere."),
    "signed_in": _l("%(who)s signed in on %(device)s."),
    "signed_out": _l("%(who)s signed out on %(device)s."),
    "sign_in_failed": _l("A sign-in as %(whom)s failed."),
    "sign_ins_failed": _l("Many sign-ins failed within an hour: %(failures)s."),
    "session_ended": _l("%(who)s ended sessions of %(whom)s."),
    "password_changed": _l("%(who)s chose a new password."),
    "second_factor_set_up": _l("%(who)s set up an authenticator app."),
    "second_factor_removed": _l("%(who)s removed the authenticator app."),
    "passkey_added": _l("%(who)s added a passkey."),
    "passkey_removed": _l("%(who)s removed a passkey."),
    "second_factor_failed": _l("A wrong code was given at a sign-in as %(whom)s."),
    "second_factor_reset": _l("%(who)s reset the two-step verification of %(whom)s."),
    "recovery_codes_made": _l("%(who)s made new recovery codes."),
    "recovery_code_used": _l("%(who)s signed in with a recovery code."),
    "recovery_requested": _l("%(who)s requested a change of the account of %(whom)s."),
    "recovery_confirmed": _l("%(who)s confirmed the requested change of the account of %(whom)s."),
    "recovery_refused": _l("%(who)s refused the requested change of the account of %(whom)s."),
    "recovery_approved": _l("%(who)s approved the requested change of the account of %(whom)s."),
    "recovery_rejected": _l("%(who)s rejected the requested change of the account of %(whom)s."),
    "recovery_applied": _l("%(who)s changed the phone number of %(whom)s, which nobody objected to in 24 hours."),
    "recovery_proved": _l("The requested change of the account of %(whom)s was proved by the old phone number."),
    "recovery_expired": _l("The requested change of the account of %(whom)s expired."),
    "recovery_taken": _l("The phone number of %(whom)s was not changed: another account has the new one."),
    "phone_changed": _l("%(who)s changed the phone number of %(whom)s."),
    "phone_verified": _l("%(who)s verified the phone number with a code."),
    "audit_exported": _l("%(who)s exported %(entries)s entries of the audit log."),
}
"""The sentence of each action: who (%(who)s), on what (%(whom)s), the fields (%(what)s), and single details."""

REPEATED = {
    "sign_in_failed": _l("%(failures)s sign-ins as %(whom)s failed within an hour."),
    "second_factor_failed": _l("%(failures)s wrong codes were given within an hour at a sign-in as %(whom)s."),
}
"""The sentence of an entry that stands for several `failures`: the log has one for the 1st, 10th, 100th …"""

FIELDS = {
    "username": _l("user name"),
    "name": _l("name"),
    "phone": _l("phone number"),
    "roles": _l("roles"),
    "kind": _l("kind"),
    "code": _l("code"),
    "active": _l("in use"),
    "name_id": _l("Indonesian name"),
    "name_en": _l("English name"),
    "latitude": _l("latitude"),
    "longitude": _l("longitude"),
    "agency_id": _l("agency"),
    "priority": _l("priority"),
    "address": _l("address"),
}
"""Words for fields of records, for sentences about a change."""
