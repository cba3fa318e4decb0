"""The roles of users, and the groups of roles that views and rules admit."""

ROLES = (
    "citizen",
    "rt_leader",
    "officer",
    "call_taker",
    "dispatcher",
    "supervisor",
    "chief",
    "business",
    "hazard_officer",
    "admin",
)

COMMAND = ("dispatcher", "supervisor")
"""Roles that direct units."""

CALL_HANDLING = ("call_taker", *COMMAND)
"""Roles that handle 112 calls and decide about incidents."""

COMMAND_CENTRE = (*CALL_HANDLING, "chief")
"""Roles that see every incident, and are told of alarms."""

WRITERS = ("officer", *CALL_HANDLING)
"""Roles that write on an incident's timeline."""

OPERATIONS = ("officer", *COMMAND_CENTRE)
"""Roles that see the queue of incidents."""

STAFF = (*OPERATIONS, "hazard_officer")
"""Roles of an agency's staff."""

WORK_FIRST = (*STAFF, "admin", "rt_leader", "business")
"""The roles with a page where work begins: of a user with several, the first one counts."""

RESIDENTS = ("citizen", "rt_leader")
"""Roles of users who use METEOR for themselves and their neighbours."""
