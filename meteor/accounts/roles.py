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
"""Those who direct units."""

CALL_HANDLING = ("call_taker", *COMMAND)
"""Those who handle 112 calls and decide about incidents."""

COMMAND_CENTRE = (*CALL_HANDLING, "chief")
"""Those who see every incident, and are told of alarms."""

WRITERS = ("officer", *CALL_HANDLING)
"""Those who write on an incident's timeline."""

OPERATIONS = ("officer", *COMMAND_CENTRE)
"""Those who see the queue of incidents."""

STAFF = (*OPERATIONS, "hazard_officer")
"""Those who work for an agency."""

WORK_FIRST = (*STAFF, "admin", "rt_leader", "business")
"""The roles with a page where work begins: of a user with several, the first one counts."""

RESIDENTS = ("citizen", "rt_leader")
"""Those who use METEOR for themselves and their neighbours."""
