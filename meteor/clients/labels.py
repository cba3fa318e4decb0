"""Labels of clients' scopes."""

from flask_babel import lazy_gettext as _l

SCOPES = {
    "calls:write": _l("Announce 112 calls, and say when they are answered and end"),
    "calls:read": _l("Read its own calls"),
    "incidents:write": _l("Open incidents"),
    "incidents:read": _l("Read the incidents that came of its own calls and reports"),
    "incidents:read-all": _l("… and every other incident too, without the reporters (a command centre, a hospital)"),
    "board:read": _l("Show the command centre's wall"),
    "paper:read": _l("Fetch the state of the city for paper, with callers' names and phone numbers"),
    "alarms:read": _l("Be told by webhook of every alarm: whom it has reached, and who sees to it"),
    "hazards:write": _l("Report hazards by Open311, and read its own reports"),
    "hazards:read": _l("Read its own reports of hazards by Open311"),
}
"""The names of models.SCOPES."""
