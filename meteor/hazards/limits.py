"""Limits of reports of hazards. What is urgent counts, and is refused by PACE alone: anybody may use up the others."""

from flask_babel import lazy_gettext as _l
from limits import parse

from meteor.store.quotas import Limit

REPORTS = Limit("hazard_reports", 50, _l("reports of hazards"))
WITHOUT_ACCOUNT = Limit("hazard_reports_without_account", 20, _l("reports of hazards from one device"))
"""Limit of one device. Browsers without a device cookie count by address."""

MESSAGES = Limit("hazard_messages", 50, _l("messages about reports of hazards"))

PACE = "100 per 10 minutes"
"""Reports without an account from one address: thousands of citizens share that of a mobile carrier."""

OF_PHONE = parse("10 per hour")
"""Reports that name one phone number."""

FOLLOWED = "120 per minute"
"""Requests for one link."""
