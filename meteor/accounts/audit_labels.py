"""Labels of the audit log's actions."""

from typing import Any

from flask_babel import lazy_gettext as _l

ACTIONS = {
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
    "sign_up_repeated": _l("Sign-up with a known phone number"),
    "member_changed": _l("Officer's agency changed"),
    "leader_appointed": _l("RT leader appointed"),
    "leader_moved": _l("RT leader moved"),
    "leader_dismissed": _l("RT leader dismissed"),
    "agency_added": _l("Agency added"),
    "agency_changed": _l("Agency changed"),
    "capability_added": _l("Capability added"),
    "capability_changed": _l("Capability changed"),
    "capability_removed": _l("Capability removed"),
    "unit_added": _l("Unit added"),
    "unit_changed": _l("Unit changed"),
    "shift_ended": _l("Shift ended by an administrator"),
    "city_seeded": _l("Reference data added"),
    "incident_type_added": _l("Incident type added"),
    "incident_type_changed": _l("Incident type changed"),
    "kecamatan_changed": _l("Kecamatan changed"),
    "kelurahan_changed": _l("Kelurahan changed"),
    "kelurahan_table_imported": _l("Table of kelurahan imported"),
    "boundaries_imported": _l("Boundaries imported"),
    "rt_added": _l("RT added"),
    "rt_changed": _l("RT changed"),
    "rt_removed": _l("RT removed"),
    "rt_table_imported": _l("Table of RT imported"),
    "landmark_added": _l("Known place added"),
    "landmark_changed": _l("Known place changed"),
    "landmark_removed": _l("Known place removed"),
    "adjacent_authority_changed": _l("Adjacent authority changed"),
    "client_added": _l("Client of the API added"),
    "client_changed": _l("Client of the API changed"),
    "client_disabled": _l("Client of the API disabled"),
    "client_enabled": _l("Client of the API enabled"),
    "client_token_rotated": _l("Client given a new token"),
    "client_token_revoked": _l("Client's token ended"),
    "client_token_used": _l("Client's token first used on this day"),
    "client_webhook_set": _l("Client's webhook set"),
    "call_reclassified": _l("Call recorded as something else"),
    "number_blocked": _l("Phone number blocked"),
    "caller_flag_lifted": _l("Phone number's flag lifted"),
    "webhook_resent": _l("Webhook sent again"),
    "nik_read": _l("NIK read"),
    "signed_up": _l("Signed up"),
    "help_agreed": _l("Agreed to help near home"),
    "help_withdrawn": _l("Helps near home no more"),
    "settled": _l("Home given"),
    "claim_card_made": _l("Claim card made"),
    "keys_rotated": _l("Keys rotated"),
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
    "premises_added": _l("Premises added"),
    "premises_changed": _l("Premises changed"),
    "premises_imported": _l("Table of premises imported"),
    "premises_exported": _l("Premises exported"),
    "contact_added": _l("Contact added"),
    "contact_changed": _l("Contact changed"),
    "contact_removed": _l("Contact removed"),
    "premises_user_added": _l("User may raise alarms"),
    "premises_user_removed": _l("User may raise no more alarms"),
    "picture_added": _l("Picture added"),
    "picture_removed": _l("Picture removed"),
    "pass_phrases_read": _l("Pass phrases read"),
    "panel_added": _l("Alarm panel added"),
    "panel_changed": _l("Alarm panel changed"),
    "panel_key_changed": _l("Key of an alarm panel changed"),
    "panel_key_removed": _l("Key of an alarm panel removed"),
    "zone_added": _l("Zone added"),
    "zone_changed": _l("Zone changed"),
    "zone_removed": _l("Zone removed"),
    "test_began": _l("Test begun"),
    "test_ended": _l("Test ended"),
    "undelivered": _l("Message not delivered"),
    "demo_city_filled": _l("Demo city filled"),
    "audit_exported": _l("Audit log exported"),
}

PAGES = {
    "users": "/admin/users/",
    "units": "/admin/units/",
    "agencies": "/admin/agencies/",
    "capabilities": "/admin/capabilities/",
    "incident_types": "/admin/incident-types/",
    "kecamatan": "/admin/areas/kecamatan/",
    "kelurahan": "/admin/areas/kelurahan/",
    "rt": "/admin/areas/rt/",
    "landmarks": "/admin/areas/landmarks/",
    "api_clients": "/admin/clients/",
    "premises": "/admin/premises/",
}
"""The admin page of a subject ("units:7")."""


def action_label(action: str) -> str:
    """An action in words; an action without a label is shown as it is."""
    return str(ACTIONS.get(action, action.replace("_", " ")))


def page_of(subject: str) -> str | None:
    """The address of the record that a subject names, where an administrator may see it."""
    table, _, key = subject.partition(":")
    return PAGES[table] + key if table in PAGES and key != "*" else None


def detail_lines(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    """An entry's detail, line by line: what, what it says, and, where something was replaced, what it said before."""
    before, after = detail.get("before") or {}, detail.get("after") or {}
    changes = [
        (name, _text(after.get(name)), _text(before[name]) if name in before else "") for name in {**before, **after}
    ]
    others = [(name, _text(value), "") for name, value in detail.items() if name not in ("before", "after")]
    return changes + others


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_l("yes")) if value else str(_l("no"))
    if isinstance(value, list):
        return ", ".join(" × ".join(map(str, part)) if isinstance(part, list) else str(part) for part in value) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {part}" for name, part in value.items()) or "–"
    return str(value)
