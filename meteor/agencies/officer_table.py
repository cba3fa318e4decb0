"""The table of officers and other staff: username, name, phone, roles and agency, read and checked by line."""

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from meteor.accounts.roles import STAFF
from meteor.accounts.user_forms import USERNAME, USERNAME_FORM
from meteor.agencies import officer_import
from meteor.agencies.known_staff import KnownStaff
from meteor.territory.table_cells import no_longer_than, optional, phone_number, plain, words
from meteor.territory.tables import Line, Problem, Table

MOST_BYTES = 200_000
"""Some 2,000 lines. The import holds the right to write while it compares and stores."""


def check(lines: list[Line]) -> Iterator[Problem]:
    """The problems of a table's lines."""
    known, numbers = KnownStaff.of(lines), dict[str, int]()
    for line in lines:
        for column, reason in (*_agency(line, known), *_account(line, known), *_phone(line, known, numbers)):
            yield Problem(line.number, column, reason)


def _agency(line: Line, known: KnownStaff) -> Iterator[tuple[str, Any]]:
    """An officer works for an agency, other staff for none; nobody changes it during a shift."""
    code, is_officer = line.values["agency"], "officer" in line.values["roles"]
    if code and code not in known.agencies:
        yield "agency", _l("Use one of: %(words)s.", words=", ".join(sorted(known.agencies)))
    elif is_officer and not code:
        yield "agency", _l("Give the agency that the officer works for.")
    elif code and not is_officer:
        yield "roles", _l("Only officers work for an agency. Add the role officer, or leave the agency empty.")
    user = known.user(line)
    unit = known.on_duty.get(user.id) if user else None
    if user and unit and known.agency_code(user) != code:
        reason = _l("%(name)s is on duty on %(unit)s. End that shift first.", name=user.name, unit=unit)
        yield "agency", reason


def _account(line: Line, known: KnownStaff) -> Iterator[tuple[str, Any]]:
    user, owner = known.user(line), known.by_phone.get(line.values["username"])
    if owner and owner is not user:
        yield "username", _l("This is the phone number of %(name)s, who signs in with it.", name=owner.name)
    if user and not user.active:
        yield "username", _l("This account is disabled. Enable it first, or remove the line.")


def _phone(line: Line, known: KnownStaff, numbers: dict[str, int]) -> Iterator[tuple[str, Any]]:
    """A number is one person's, in the file and among all accounts. A proved way to sign in is not replaced here."""
    number, user = line.values["phone"], known.user(line)
    if number is None:
        return
    if (before := numbers.setdefault(number, line.number)) != line.number:
        yield "phone", _l("Line %(line)d has this number already.", line=before)
    owner = known.by_phone.get(number)
    if owner and owner is not user:
        yield "phone", _l(
            "The account %(username)s of %(name)s has this number. Give that user name, or leave the phone empty.",
            username=owner.username, name=owner.name,
        )  # fmt: skip
    elif user and user.password_hash and user.phone != number:
        yield "phone", _l("This account is in use. Change the number on the user's page: its owner is asked.")


def _username(text: str) -> str:
    if not re.fullmatch(USERNAME, text.lower()):
        raise ValueError(USERNAME_FORM)
    return text.lower()


def _roles(text: str) -> list[str]:
    found = sorted({part.lower() for part in re.split(r"[;,\s]+", text) if part})
    if not found or not set(found) <= set(STAFF):
        reason = _l("Use one or more of: %(words)s, with a semicolon between them.", words=", ".join(STAFF))
        raise ValueError(reason)
    return found


TABLE = Table(
    columns={
        "username": plain(_username), "name": no_longer_than(100, words), "phone": optional(plain(phone_number)),
        "roles": _roles, "agency": optional(str.upper),
    },
    key=("username",), check=check, compare=officer_import.compare, store=officer_import.store, most_bytes=MOST_BYTES,
    example={
        "username": "budi.santoso", "name": "Aipda Budi Santoso", "phone": "0812 3456 7890", "roles": "officer",
        "agency": "POLRES",
    },
)  # fmt: skip
"""Accounts are known by their user name, in small letters or capitals."""
