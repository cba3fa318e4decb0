"""Storing a checked table of officers: new accounts without a password, and other values for those that are known."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from meteor.accounts import phone_numbers, records, sessions, telling
from meteor.accounts.models import User, UserRole
from meteor.accounts.records import values_of
from meteor.accounts.roles import STAFF
from meteor.agencies.known_staff import KnownStaff
from meteor.agencies.models import Member
from meteor.store import audit
from meteor.store.audit import Change
from meteor.store.database import db
from meteor.territory.tables import Counts, Line


class Outcome(NamedTuple):
    """The effect of a line: `state` is new, changed or unchanged.

    `before` and `after` hold the values that differ.
    """

    line: int
    username: str
    name: str
    state: str
    before: dict[str, Any]
    after: dict[str, Any]


def compare(lines: list[Line]) -> Counts:
    """What storing the table would do: see store."""
    return _counts(lines, KnownStaff.of(lines))


def store(lines: list[Line], actor: User) -> Counts:
    """Add the table's accounts and give those that are known what it says; those that it does not name stay.

    An empty phone leaves the number that is there. Roles that are no staff's stay; other roles end all sessions of the
    user. Every line's outcome is in `replaced`. The lines have passed officer_table.check.
    """
    known = KnownStaff.of(lines)
    counts = _counts(lines, known)
    states = [outcome.state for outcome in counts.replaced]
    _add([line for line, state in zip(lines, states, strict=True) if state == "new"], known, actor)
    _change([line for line, state in zip(lines, states, strict=True) if state == "changed"], known, actor)
    audit.record(actor, "officers_imported", "members:*", added=counts.added, changed=counts.changed)
    return counts


def _counts(lines: list[Line], known: KnownStaff) -> Counts:
    outcomes = [_outcome(line, known) for line in lines]
    states = [outcome.state for outcome in outcomes]
    return Counts(states.count("new"), states.count("changed"), states.count("unchanged"), outcomes)


def _outcome(line: Line, known: KnownStaff) -> Outcome:
    user = known.user(line)
    before, after = _values(user, known) if user else {}, _wanted(line, user)
    differ = [name for name in after if before.get(name) != after[name]]
    state = ("changed" if differ else "unchanged") if user else "new"
    sides = ({name: side.get(name) for name in differ} for side in (before, after))
    return Outcome(line.number, line.values["username"], line.values["name"], state, next(sides), next(sides))


def _values(user: User, known: KnownStaff) -> dict[str, Any]:
    return {**values_of(user), "agency": known.agency_code(user)}


def _wanted(line: Line, user: User | None) -> dict[str, Any]:
    """The values that the line's account has afterwards."""
    values, kept = line.values, user.role_names - set(STAFF) if user else frozenset[str]()
    phone = values["phone"] or (user.phone if user else None) or ""
    return {**values, "phone": phone, "roles": sorted({*values["roles"], *kept})}


def _add(lines: Sequence[Line], known: KnownStaff, actor: User) -> None:
    users = [_new(line) for line in lines]
    records.add_each(users, actor)
    moves = [(user, None, line.values["agency"]) for user, line in zip(users, lines, strict=True)]
    _set_agencies(moves, known, actor)


def _new(line: Line) -> User:
    values = line.values
    roles = [UserRole(role=role) for role in values["roles"]]
    return User(username=values["username"], name=values["name"], phone=values["phone"], roles=roles)


def _change(lines: Sequence[Line], known: KnownStaff, actor: User) -> None:
    changes, moves = [], []
    for line in lines:
        user = known.by_username[line.values["username"]]
        before, wanted = values_of(user), _wanted(line, user)
        _set(user, wanted)
        changes.append(Change(f"users:{user.id}", before, {name: wanted[name] for name in before}))
        moves.append((user, known.agency_code(user), wanted["agency"]))
    records.changed_each(changes, actor)
    _set_agencies(moves, known, actor)


def _set(user: User, wanted: dict[str, Any]) -> None:
    user.name = wanted["name"]
    if wanted["phone"] != (user.phone or ""):
        phone_numbers.set_unproved(user, wanted["phone"])
        telling.phone_changed(user.id)
    if user.role_names != set(wanted["roles"]):
        user.roles = [role for role in user.roles if role.role in wanted["roles"]]
        user.roles.extend(UserRole(role=role) for role in sorted(set(wanted["roles"]) - user.role_names))
        sessions.end_all(user, "roles_changed")


def _set_agencies(moves: Sequence[tuple[User, str | None, str | None]], known: KnownStaff, actor: User) -> None:
    """Let each user work for another agency: its code before, and after."""
    moved = [move for move in moves if move[1] != move[2]]
    for user, _before, code in moved:
        member = known.members.get(user.id)
        if code is None:
            db.session.delete(member)
        elif member:
            member.agency = known.agencies[code]
        else:
            db.session.add(Member(user_id=user.id, agency_id=known.agencies[code].id))
    db.session.flush()
    sides = [Change(f"users:{user.id}", {"agency": before}, {"agency": after}) for user, before, after in moved]
    audit.record_changes(actor, "member_changed", sides)
