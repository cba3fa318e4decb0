"""Labels of the audit log's actions."""

from typing import Any

from flask_babel import lazy_gettext as _l

from meteor.store.contributions import contributed

ACTIONS = contributed["audit_actions"]
"""Labels of the actions that the code records. Each package contributes its own."""

PAGES: dict[str, str] = contributed["audit_pages"]
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
