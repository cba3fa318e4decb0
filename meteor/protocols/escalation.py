"""The escalation chain of a type without one of its own. A chain notifies roles of COMMAND_CENTRE."""

DEFAULT = (("call_taker", 0), ("dispatcher", 0), ("supervisor", 15), ("chief", 45))
"""The default chain: roles, each with seconds after the alarm."""
