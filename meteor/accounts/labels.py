"""Labels of devices, of outcomes of recovery requests, and of groups of the administrator's pages."""

from flask_babel import lazy_gettext as _l

ACCOUNTS, SYSTEM = _l("Accounts"), _l("System")
"""Groups of the administrator's pages that have entries of more than one package."""

# What a User-Agent says, the tellingest first: Edge says that it is Chrome too, and Chrome that it is Safari.
BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def device(user_agent: str) -> str:
    """A browser and its system, as people call them: "Chrome · Android". Names of products need no translation."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "Browser")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} · {system}" if system else browser


OUTCOMES = {
    "confirmed": _l("Confirmed by the owner"),
    "proved": _l("Proved by a code to the old number"),
    "refused": _l("Refused by the owner"),
    "approved": _l("Approved by an administrator"),
    "rejected": _l("Refused by an administrator"),
    "applied": _l("Changed after 24 hours"),
    "expired": _l("Expired"),
    "taken": _l("Not changed: another account has the number"),
}
"""Labels of outcomes of recovery requests."""
