"""112 calls: waiting calls, drafts, known facts, sending, classification."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import CALL_HANDLING
from meteor.calls.audit_sentences import SENTENCES
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    homes={"call_taker": "calls.console"},
    navigation=[NavigationEntry(_l("112 calls"), "calls.console", CALL_HANDLING, order=10)],
    notices={
        "call_offered": _l("%(by)s asks you to take over a 112 call."),
    },
    quiet_notices={
        "exchange_clock": _l(
            "Calls of %(client)s came %(seconds)s s off our clock: its clock is wrong, or it tells us late."
        ),
    },
    audit_actions={
        "call_reclassified": _l("Call recorded as something else"),
        "number_blocked": _l("Phone number blocked"),
        "caller_flag_lifted": _l("Phone number's flag lifted"),
    },
    audit_sentences=SENTENCES,
)
