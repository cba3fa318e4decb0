"""A register as a CSV file: read whole, checked whole, and entered whole or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.residents import register, rules
from meteor.residents.models import Household, Resident, key_of
from meteor.residents.rules import Person, Position
from meteor.residents.sheet import ROUNDED, rows
from meteor.store import audit
from meteor.store.database import db
from meteor.store.secrets import blind_index, blind_indexes
from meteor.territory.models import Rt
from meteor.territory.tables import Line, Problem

_ENOUGH_TO_TELL = 4  # NIKs of which all end in 0: one chance in ten thousand that nobody rounded them


class RegisterChanged(Exception):
    """Some of the file's residents were registered meanwhile."""


@dataclass(frozen=True)
class ImportedResident:
    """A row that can go in."""

    line: int
    address: str
    position: Position | None
    person: Person

    @property
    def nik_index(self) -> str | None:
        """The NIK, as the register compares it."""
        return blind_index(self.person.nik, "residents.nik") if self.person.nik else None


@dataclass(frozen=True)
class Draft:
    """The entries of a file for the register, and its problems."""

    entries: Sequence[ImportedResident]
    problems: Sequence[Problem]

    @property
    def digest(self) -> str:
        """Two drafts with the same digest put the same into the register."""
        return hashlib.sha256(repr(self.entries).encode()).hexdigest()

    @property
    def of_file(self) -> Any:
        """The problem of an unreadable file; None otherwise."""
        return next((problem.reason for problem in self.problems if not problem.line), None)

    @property
    def bad_lines(self) -> int:
        """Number of lines with a problem."""
        return len({problem.line for problem in self.problems})


def draft(data: bytes, rt: Rt) -> Draft:
    """Read and check a file for the register of `rt`. Changes nothing."""
    lines, problems = rows(data)
    entries = [_entry(line) for line in lines]
    problems = [*problems, *_without_consent(entries), *_repeated(entries), *_rounded(entries), *_known(entries, rt)]
    bad = {problem.line for problem in problems}
    return Draft([entry for entry in entries if entry.line not in bad], sorted(problems, key=lambda one: one.line))


def enter(entries: Sequence[ImportedResident], rt: Rt, leader: User, at: datetime) -> None:
    """Write all of a draft's entries down on the leader's word. Raises RegisterChanged, and then nothing is written."""
    register.hold(rt)
    if _known(entries, rt):
        raise RegisterChanged
    homes = {home.address_key: home for home in db.session.scalars(select(Household).filter_by(rt_id=rt.id))}
    residents = []
    try:
        with rules.one_nik_each():
            for entry in entries:
                home = homes.setdefault(key_of(entry.address), Household(rt_id=rt.id, address=entry.address))
                if entry.position and home.latitude is None:
                    home.latitude, home.longitude, home.accuracy = entry.position
                residents.append(rules.verified(home, entry.person, leader, at, uuid4()))
            db.session.add_all(residents)
    except rules.NikTaken as error:
        raise RegisterChanged from error
    audit.record_each(leader, "resident_created", map(rules.subject, residents), imported=True)


class _Seen:
    """People who came before, each with where: the same NIK, or the same name and address unless both have a NIK."""

    def __init__(self) -> None:
        self.marks: dict[tuple[str, ...], Any] = {}

    def add(self, nik_index: str | None, name: str, address: str, where: Any) -> None:
        who = (name.lower(), key_of(address))
        for mark in ((nik_index or "",), (*who, nik_index or ""), (*who, "*")):
            self.marks.setdefault(mark, where)

    def before(self, entry: ImportedResident) -> tuple[str, Any] | None:
        """The column that tells that this person came before, and where."""
        who = (entry.person.name.lower(), key_of(entry.address))
        if entry.nik_index and (entry.nik_index,) in self.marks:
            return "nik", self.marks[(entry.nik_index,)]
        mark = (*who, "" if entry.nik_index else "*")
        return ("nama", self.marks[mark]) if mark in self.marks else None


def _entry(line: Line) -> ImportedResident:
    said = line.values
    nik = said["nik"].digits if said["nik"] else None
    person = Person(said["nama"], said["telepon"], nik, said["kebutuhan"] or (), bool(said["persetujuan"]))
    return ImportedResident(line.number, said["alamat"], said["posisi"], person)


def _without_consent(entries: Sequence[ImportedResident]) -> list[Problem]:
    reason = _l("Needs are kept only if the person agrees: write ya here, or leave kebutuhan empty.")
    refused = (entry for entry in entries if entry.person.needs and not entry.person.consent)
    return [Problem(entry.line, "persetujuan", reason) for entry in refused]


def _repeated(entries: Sequence[ImportedResident]) -> list[Problem]:
    seen = _Seen()
    problems = []
    for entry in entries:
        if before := seen.before(entry):
            column, line = before
            problems.append(Problem(entry.line, column, _l("Line %(line)d has the same person already.", line=line)))
        seen.add(entry.nik_index, entry.person.name, entry.address, entry.line)
    return problems


def _rounded(entries: Sequence[ImportedResident]) -> list[Problem]:
    """Excel keeps 15 digits of a number: when every NIK ends in 0, each of them was rounded."""
    with_nik = [entry for entry in entries if entry.person.nik]
    if len(with_nik) < _ENOUGH_TO_TELL or not all(str(entry.person.nik).endswith("0") for entry in with_nik):
        return []
    return [Problem(entry.line, "nik", ROUNDED) for entry in with_nik]


def _known(entries: Sequence[ImportedResident], rt: Rt) -> list[Problem]:
    """A problem for each registered resident, in this RT or, by NIK, in another one."""
    here, elsewhere = _l("Is in your register already."), _l("Is registered in another RT and has not moved out there.")
    seen = _Seen()
    columns = (Resident.nik_index, Resident.name, Household.address)
    niks = {
        index: entry.nik_index or ""
        for entry in entries if entry.person.nik
        for index in blind_indexes(entry.person.nik, "residents.nik")
    }  # fmt: skip
    for index, name, address in db.session.execute(register.residents(rt).with_only_columns(*columns)):
        seen.add(index and niks.get(index, index), name, address, here)
    lives = (Resident.verified_at.is_not(None), Resident.moved_out_on.is_(None))
    for taken in db.session.scalars(select(Resident.nik_index).where(Resident.nik_index.in_(niks), *lives)):
        seen.marks.setdefault((niks[str(taken)],), elsewhere)
    found = ((entry.line, seen.before(entry)) for entry in entries)
    return [Problem(line, *before) for line, before in found if before]
