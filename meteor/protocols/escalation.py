"""Escalation chains: their roles, and the chain of a type without one of its own."""

ROLES = ("call_taker", "dispatcher", "supervisor", "chief")
"""Roles that a chain may notify: those that see every incident."""

DEFAULT = (("call_taker", 0), ("dispatcher", 0), ("supervisor", 15), ("chief", 45))
"""The default chain: roles, each with seconds after the alarm."""
