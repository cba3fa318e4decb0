"""Doubts about an incident and its reporter, for its page and for rows of queues."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from meteor.accounts.models import User
from meteor.agencies import rules as agencies
from meteor.incidents.models import Incident


class Doubt(NamedTuple):
    """A mark: its icon, its words, few words for a row of two lines (empty: not there), and its tone."""

    shape: str
    words: LazyString
    short: LazyString | str
    tone: str = "warn"


def doubts(incident: Incident, verified: bool, unproved: bool, *, sees_force: bool) -> Iterator[Doubt]:
    """The marks of an incident.

    `verified`: whether an RT leader knows the reporter; `unproved`: whether no code has verified the reporter's number;
    `sees_force`: whether no attacker reads along at this reader's screen, as on the tablet of an officer in danger.
    """
    if sees_force and "forced" in incident.flags:
        yield _FORCED
    if "from_paper" in incident.flags:
        yield _FROM_PAPER
    if incident.held:
        yield _HELD
    if incident.cancelled:
        yield _SAFE if incident.cancelled == "safe" else _MISTAKE
    if incident.silent:
        yield _SILENT
    yield from (doubt for flag, doubt in _FLAGS.items() if flag in incident.flags)
    if incident.reporter_id and incident.source not in ("sas", "officer"):
        if not verified:
            yield _UNKNOWN
        if unproved:
            yield _UNPROVED if verified else _UNPROVED._replace(short="")


def sees_force(user: User, incident: Incident) -> bool:
    """Return whether the user is not the one whom an attacker may have forced, nor of their crew.

    On their screens a wrong PIN must look like the right one.
    """
    shift = agencies.shift_of(user)
    its_crew = shift is not None and shift.unit_id == incident.endangered_unit_id
    return not its_crew and incident.reporter_id != user.id


_FORCED = Doubt("octagon", _l("Cancelled with a wrong PIN: perhaps forced"), _l("Perhaps forced"), "danger")
_FROM_PAPER = Doubt("info", _l("From paper"), _l("From paper"))
_HELD = Doubt("user", _l("Held: a call-taker decides"), _l("On hold"), "danger")
_SAFE = Doubt("info", _l("The reporter says: safe now"), _l("Safe now"))
_MISTAKE = Doubt("info", _l("The reporter says: it was a mistake"), _l("Mistake"))
_SILENT = Doubt("mute", _l("Silent: do not call"), _l("Do not call"))
_FLAGS = {
    "unconfirmed": Doubt("triangle", _l("Unconfirmed"), _l("Unconfirmed")),
    "no_position": Doubt("pin", _l("No position"), _l("No position")),
    "outside_city": Doubt("pin", _l("Outside the city"), _l("Outside the city")),
    "home_position": Doubt("home", _l("At the registered home"), _l("Registered home"), ""),
}
_UNKNOWN = Doubt("user", _l("Not verified by the RT"), _l("Unchecked"), "")
_UNPROVED = Doubt("phone", _l("Number not verified"), _l("Unchecked"), "")
