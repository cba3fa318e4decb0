"""112 calls: waiting calls, drafts, known facts, sending, classification."""

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import CALL_HANDLING
from meteor.web.package import NavigationEntry, Package

blueprint = Package(
    __name__,
    homes={"call_taker": "calls.console"},
    navigation=[NavigationEntry(_l("112 calls"), "calls.console", CALL_HANDLING, order=10)],
)
