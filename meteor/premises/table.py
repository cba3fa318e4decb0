"""Import and export of premises as CSV, with contacts and users, without pass phrases."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _l

from meteor.accounts.models import User
from meteor.accounts.phones import readable
from meteor.accounts.rules import user_named
from meteor.premises import hours, records
from meteor.premises.forms import too_far
from meteor.premises.labels import DAYS
from meteor.premises.models import KINDS, Contact, Premises
from meteor.store import audit, sheets
from meteor.store.database import db
from meteor.territory.rules import locate
from meteor.territory.table_cells import degrees, no_longer_than, optional, phone_number, plain, words
from meteor.territory.tables import Columns, Counts, Line, Problem, Table

MOST_USERS = 50
"""Users of one place. Each is looked up in the database."""

_SEPARATORS = ":,= \t\n\r\f\v\u00a0\u202f"
# One character before what is perhaps a number: a repetition here would be tried from each of its characters.
_GAP = re.compile(rf"[{_SEPARATORS}](?=([+(]?\d)[\d ().-]{{4,30}}$)")
_YES, _NO = frozenset({"ya", "yes", "y", "1", ""}), frozenset({"tidak", "no", "n", "0"})


def check(lines: list[Line]) -> Iterator[Problem]:
    """The problems of a table's lines."""
    for number, values in lines:
        entrance = (values["entrance_latitude"], values["entrance_longitude"])
        if None in entrance and entrance != (None, None):
            yield Problem(number, "entrance_longitude", _l("Give both latitude and longitude, or neither."))
        elif reason := too_far(values):
            yield Problem(number, "entrance_longitude", reason)
        if locate(values["latitude"], values["longitude"]).kelurahan_id is None:
            reason = _l("This is far from the city. Latitude comes first: -7.73370, 113.21660.")
            yield Problem(number, "longitude", reason)


def compare(lines: list[Line]) -> Counts:
    """What storing the table would do: see store."""
    pairs = [(records.named(line.values["name"]), line.values) for line in lines]
    there = [
        records.differ(known, _own(values), _week(values), values["contacts"], values["users"])
        for known, values in pairs
        if known
    ]
    return Counts(len(lines) - len(there), sum(there), len(there) - sum(there))


def store(lines: list[Line], actor: User) -> Counts:
    """Add the table's premises and give those that are known what it says; those that it does not name stay.

    An empty cell for the contacts or the users leaves those that are there; a contact with the number or name of one
    that is there keeps its pass phrase.
    """
    added = changed = 0
    for line in lines:
        known = records.named(line.values["name"])
        premises = known or Premises()
        different = records.save(premises, _own(line.values), _week(line.values), actor)
        different |= bool(line.values["contacts"]) and _put_contacts(premises, line.values["contacts"], actor)
        different |= bool(line.values["users"]) and _put_users(premises, line.values["users"], actor)
        added += known is None
        changed += known is not None and different
    audit.record(actor, "premises_imported", "premises:*", added=added, changed=changed)
    return Counts(added, changed, len(lines) - added - changed)


def written(all_: Iterable[Premises]) -> bytes:
    """The premises as a file that TABLE reads and Excel opens. No pass phrase is in it."""
    return sheets.written([COLUMNS, *(map(sheets.harmless, _cells(premises)) for premises in all_)])


def _cells(premises: Premises) -> list[str]:
    """Return the cells in the order of COLUMNS."""
    values = records.values_of(premises)
    values["phone"] = readable(premises.phone) if premises.phone else ""
    values["active"] = "ya" if premises.active else "tidak"
    values["contacts"] = "; ".join(f"{contact.name} {readable(contact.phone)}" for contact in premises.contacts)
    values["users"] = "; ".join(sorted(member.user.username for member in premises.users))
    return ["" if values[name] is None else str(values[name]) for name in COLUMNS]


def _put_contacts(premises: Premises, wanted: list[tuple[str, str]], actor: User) -> bool:
    matched: list[Contact] = []
    for name, phone in wanted:
        there = [contact for contact in premises.contacts if contact not in matched]
        same = [contact for contact in there if contact.phone == phone] or [one for one in there if one.name == name]
        matched.append(same[0] if same else Contact())
    gone = [contact for contact in premises.contacts if contact not in matched]
    for contact in gone:  # before any is added: premises have room for MOST_CONTACTS
        records.remove_contact(premises, contact, actor)
    different = bool(gone)
    for position, (contact, (name, phone)) in enumerate(zip(matched, wanted, strict=True), start=1):
        values = {"name": name, "phone": phone, "position": position}
        different |= records.save_contact(premises, contact, values, actor)
    db.session.flush()
    return different


def _put_users(premises: Premises, wanted: list[User], actor: User) -> bool:
    before = {member.user_id for member in premises.users}
    for user in wanted:
        records.add_user(premises, user, actor)
    for user_id in before - {user.id for user in wanted}:
        records.remove_user(premises, user_id, actor)
    return before != {member.user_id for member in premises.users}


def _own(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in records.FIELDS}


def _week(values: dict[str, Any]) -> list[hours.Day]:
    week = [values[day] for day in DAYS]
    return [] if all(day is None for day in week) else [day or [] for day in week]


def _kind(text: str) -> str:
    if text.lower() not in KINDS:
        raise ValueError(_l("Use one of: %(words)s.", words=", ".join(KINDS)))
    return text.lower()


def _contacts(text: str) -> list[tuple[str, str]]:
    parts = _parts(text)
    if len(parts) > records.MOST_CONTACTS:
        raise ValueError(_l("At most %(most)d contacts.", most=records.MOST_CONTACTS))
    return [_contact(part) for part in parts]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def _contact(text: str) -> tuple[str, str]:
    """The name, which may end in a figure ("Satpam 2 0812 3456 7890"), and the number: the end that is one."""
    gaps = [gap for gap in _GAP.finditer(text) if text[: gap.start()].rstrip(_SEPARATORS)]
    for gap in sorted(gaps, key=lambda gap: gap[1] in "123456789"):  # a number begins with 0 or +, but not all write it
        with suppress(ValueError):
            return text[: gap.start()].rstrip(_SEPARATORS), phone_number(text[gap.end() :])
    raise ValueError(_l("Write name and number, and a semicolon between contacts: Budi 0812 3456 7890; Sri 0813 …"))


def _users(text: str) -> list[User]:
    parts = _parts(text)
    if len(parts) > MOST_USERS:
        raise ValueError(_l("At most %(most)d users.", most=MOST_USERS))
    return [_user(part) for part in parts]


def _user(name: str) -> User:
    user = user_named(name)
    if user is None:
        raise ValueError(_l("There is no user %(name)s. Add them first, with the role of a business.", name=name))
    if not user.has("business"):
        raise ValueError(_l("%(name)s has not the role of a business. Give it to the user first.", name=name))
    return user


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(_l("Write ya or tidak."))
    return text.lower() in _YES


COLUMNS: Columns = {
    "name": no_longer_than(100, words),
    "kind": _kind,
    "address": no_longer_than(200, words),
    "latitude": plain(degrees(90)),
    "longitude": plain(degrees(180)),
    "entrance_latitude": optional(plain(degrees(90))),
    "entrance_longitude": optional(plain(degrees(180))),
    "phone": optional(plain(phone_number)),
    **dict.fromkeys(DAYS, optional(hours.read)),
    "contacts": plain(_contacts),
    "users": plain(_users),
    "hazards": no_longer_than(1000, str),
    "active": _yes,
}  # fmt: skip

TABLE = Table(
    columns=COLUMNS, key=("name",), check=check, compare=compare, store=store, may_lack=("users",),
    example={
        "name": "Toko Emas Mayangan", "kind": "gold_shop", "address": "Jl. Ikan Paus 3", "latitude": "-7.7340",
        "longitude": "113.2160", "entrance_latitude": "-7.7341", "entrance_longitude": "113.2161",
        "phone": "0335 421234", **dict.fromkeys(DAYS, "08:00-16:00"), "sunday": "tutup",
        "contacts": "Budi Santoso 0812 3456 7890; Sri Wahyuni 0813 3456 7890", "users": "",
        "hazards": "Pintu belakang ke gang", "active": "ya",
    },
)  # fmt: skip
"""Premises are known by their name, in small letters or capitals."""
