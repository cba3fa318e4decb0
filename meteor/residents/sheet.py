"""The CSV files of a register: what their columns are called, and what Excel may have done to them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from meteor.residents import cells
from meteor.residents.models import NEEDS, Resident
from meteor.store import sheets
from meteor.territory import tables
from meteor.territory.table_cells import words
from meteor.territory.tables import Line, Problem

MOST_ROWS = 2000
MOST_BYTES = 400_000

NEED_NAMES = dict(zip(("lansia", "disabilitas", "bayi", "hamil", "penyakit_kronis"), NEEDS, strict=True))
"""Names of needs in files, which are Indonesian in every language."""

_YES = frozenset({"ya", "yes", "y", "1", "x"})
_NO = frozenset({"tidak", "no", "n", "0", "-"})

ROUNDED = _l("Excel rounded this number. Format the column as text, then type all its digits again.")


def rows(data: bytes) -> tuple[list[Line], list[Problem]]:
    """The rows of a file that can be read, and everything that is wrong with the others (see tables.read)."""
    return tables.read(data, COLUMNS, COLUMNS.keys() - REQUIRED, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)


def written(residents: Iterable[Resident], *, with_nik: bool) -> bytes:
    """The residents as a file that `rows` reads and Excel opens; a NIK is masked unless `with_nik`."""
    return sheets.written([COLUMNS, *(map(_kept_as_text, _cells(resident, with_nik)) for resident in residents)])


def _cells(resident: Resident, with_nik: bool) -> Iterable[str]:
    """Return the cells in the order of COLUMNS."""
    words = [name for name, need in NEED_NAMES.items() if need in resident.needs.split()]
    nik = resident.nik if with_nik else resident.nik_ending and f"…{resident.nik_ending}"
    consent = "ya" if resident.needs_consent_at else ""
    home = resident.household
    return home.address, resident.name, nik or "", resident.phone or "", " ".join(words), consent, cells.spelled(home)


def _kept_as_text(cell: str) -> str:
    """Return the cell with an apostrophe also before what Excel would round or lose zeros of."""
    return f"'{cell}" if cell.isdigit() else sheets.harmless(cell)


def _typed(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reader of a cell from Excel: an apostrophe or ="…" marks text, E+ is a rounded number."""

    def read_cell(text: str) -> Any:
        text = re.sub(r"^'(?=[-=+@0-9])", "", cells.line(re.sub(r'^="(.*)"$', r"\1", text)))
        if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+", text):
            raise ValueError(ROUNDED)
        return read(text) if text else None

    return read_cell


def _required(read: Callable[[str], Any]) -> Callable[[str], Any]:
    read_typed = _typed(read)
    return lambda text: words(read_typed(text) or "")


def _needs(text: str) -> tuple[str, ...]:
    words = re.split(r"[\s,;/+]+", text.lower())
    unknown = [word for word in words if word not in NEED_NAMES]
    if unknown:
        raise ValueError(_l("%(word)s is not known. Use: %(words)s.", word=unknown[0], words=", ".join(NEED_NAMES)))
    return tuple(need for name, need in NEED_NAMES.items() if name in words)


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(_l("Write ya or tidak."))
    return text.lower() in _YES


COLUMNS: tables.Columns = {
    "alamat": _required(cells.no_longer_than(cells.LONGEST_ADDRESS)),
    "nama": _required(cells.no_longer_than(cells.LONGEST_NAME)),
    "nik": _typed(cells.nik),
    "telepon": _typed(cells.phone),
    "kebutuhan": _typed(_needs),
    "persetujuan": _typed(_yes),
    "posisi": _typed(cells.position),
}
"""The columns: address, name, NIK, phone, needs, consent to keep these, position of the door."""

REQUIRED = frozenset({"alamat", "nama"})
"""Columns that every file has. A leader gives the others as far as they are known."""
