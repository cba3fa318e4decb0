"""Users, their roles, sessions and second factors; the audit log's page."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from meteor.accounts.audit_sentences import FIELDS, SENTENCES
from meteor.accounts.labels import ACCOUNTS, SYSTEM
from meteor.config import Settings
from meteor.web.package import NavigationEntry, Package


def configure(settings: Settings) -> None:
    """Set the gateway of messages to phones."""
    from meteor.accounts import gateway

    gateway.configure(settings.gateway)


def serve(app: Flask) -> None:
    """Put the gate for polls in front of Flask."""
    from meteor.accounts.views import polls

    app.wsgi_app = polls.gate(app)  # type: ignore[method-assign]


blueprint = Package(
    __name__,
    configure=configure,
    serve=serve,
    navigation=[
        NavigationEntry(_l("Users"), "accounts.users", ("admin",), order=140, group=ACCOUNTS),
        NavigationEntry(
            _l("Recovery requests"),
            "accounts.recovery_requests",
            ("admin",),
            order=145,
            group=ACCOUNTS,
            in_header=False,
        ),
        NavigationEntry(_l("Audit log"), "accounts.audit_entries", ("admin",), order=220, group=SYSTEM),
    ],
    notices={
        "recovery_asked": _l("A new password and phone number were requested for your account. Is it you? Answer now."),
        "phone_change_asked": _l(
            "An administrator wants to change your phone number in METEOR. Is it right? Answer now."
        ),
        "recovery_done": _l(
            "Your account has a new password and phone number. If this is wrong, tell an administrator."
        ),
        "phone_changed": _l("Your phone number in METEOR was changed. If this is wrong, tell an administrator."),
        "invited_again": _l(
            "An administrator made a link for a new password of yours. If this is wrong, tell another one."
        ),
        "second_factor_reset": _l(
            "The two-step verification of your account was reset and all your devices were signed out. "
            "If you did not ask for that, tell another administrator now."
        ),
        "recovery_rejected": _l("The requested change of your account was refused. Your account stays as it was."),
        "recovery_refused": _l("The owner of an account refused a requested change. Find out who asked."),
        "gateway_failed": _l(
            "Messages to phones do not go out: the gateway refuses them. Look at /readyz for the reason."
        ),
    },
    quiet_notices={
        "recovery_waits": _l("A citizen asks for access to an account again. The owner is asked first."),
        "messages_used_up": _l(
            "Most of today's messages to phones are used up. Look who signs up, and raise the limit if it is right."
        ),
    },
    audit_actions={
        "user_added": _l("User added"),
        "user_changed": _l("User changed"),
        "user_disabled": _l("User disabled"),
        "user_enabled": _l("User enabled"),
        "user_invited": _l("User invited"),
        "user_suspended": _l("Panic button suspended"),
        "suspension_lifted": _l("Suspension ended"),
        "sessions_ended": _l("Signed out everywhere"),
        "signed_in": _l("Signed in"),
        "signed_out": _l("Signed out"),
        "sign_in_failed": _l("Sign-in failed"),
        "sign_ins_failed": _l("Sign-ins failed"),
        "session_ended": _l("Session ended"),
        "password_changed": _l("Password changed"),
        "second_factor_set_up": _l("Authenticator app set up"),
        "second_factor_removed": _l("Authenticator app removed"),
        "passkey_added": _l("Passkey added"),
        "passkey_removed": _l("Passkey removed"),
        "second_factor_failed": _l("Wrong code at sign-in"),
        "second_factor_reset": _l("Two-step verification reset"),
        "recovery_codes_made": _l("Recovery codes made"),
        "recovery_code_used": _l("Recovery code used"),
        "recovery_requested": _l("Change of an account requested"),
        "recovery_confirmed": _l("Change of an account confirmed by its owner"),
        "recovery_refused": _l("Change of an account refused by its owner"),
        "recovery_approved": _l("Change of an account approved"),
        "recovery_rejected": _l("Change of an account refused by an administrator"),
        "recovery_applied": _l("Phone number changed after 24 hours"),
        "recovery_proved": _l("Change of an account proved by its old phone number"),
        "recovery_expired": _l("Request for an account expired"),
        "recovery_taken": _l("Phone number not changed: another account has it"),
        "phone_changed": _l("Phone number changed"),
        "phone_verified": _l("Phone number verified by a code"),
        "audit_exported": _l("Audit log exported"),
    },
    audit_sentences=SENTENCES,
    audit_fields=FIELDS,
    audit_names={"users": "name"},
    audit_pages={"users": "/admin/users/"},
)
