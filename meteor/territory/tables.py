"""Tables that the city sends as CSV: read strictly, every bad cell named by line, column and reason."""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from meteor.territory.table_cells import grouped

MOST_BYTES = 1_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 100

LONGEST_CELL = 4000
"""Characters of one cell."""


class Problem(NamedTuple):
    """A problem of a table: the line's number in an editor, the column, and the correct form."""

    line: int
    column: str
    reason: Any


class Line(NamedTuple):
    """A line of a table that could be read: its number, and what its cells say."""

    number: int
    values: dict[str, Any]


class Counts(NamedTuple):
    """Counts of a table's lines: new, changed, unchanged. `replaced` is what a preview lists one by one."""

    added: int
    changed: int
    unchanged: int
    replaced: Sequence[Any] = ()


Columns = Mapping[str, Callable[[str], Any]]
"""The columns of a table by name, each with its reader. A reader raises ValueError."""


@dataclass
class Table:
    """A table that is imported. Two lines whose cells of the `key` are equal name the same record.

    `check` gives the problems of lines that could be read, `compare` what `store` would do: both only read. `store`
    adds and changes records for an actor, and records that in the audit log. `example` is a line.
    """

    columns: Columns
    key: Sequence[str]
    check: Callable[[list[Line]], Iterable[Problem]]
    compare: Callable[[list[Line]], Counts]
    store: Callable[[list[Line], Any], Counts]
    example: Mapping[str, str]
    may_lack: Collection[str] = ()
    most_bytes: int = MOST_BYTES

    def read(self, data: bytes) -> tuple[list[Line], list[Problem]]:
        """The lines of a file, and everything that is wrong with them, by line (see `read` below)."""
        lines, problems = read(data, self.columns, self.may_lack, most_bytes=self.most_bytes)
        problems += [*self._repeated(lines), *self.check(lines)]
        return lines, sorted(problems, key=lambda problem: problem.line)

    def _repeated(self, lines: list[Line]) -> Iterator[Problem]:
        first: dict[tuple[str, ...], int] = {}
        for line in lines:
            key = tuple(str(line.values[name]).lower() for name in self.key)
            if (before := first.setdefault(key, line.number)) != line.number:
                reason = _l("Line %(line)s says the same already.", line=grouped(before))
                yield Problem(line.number, self.key[-1], reason)


def read(
    data: bytes,
    columns: Columns,
    may_lack: Collection[str] = (),
    *,
    most_bytes: int = MOST_BYTES,
    most_rows: int = MOST_ROWS,
) -> tuple[list[Line], list[Problem]]:
    """The lines of a CSV file in UTF-8, with commas or semicolons, whose first line names `columns` in any order.

    A line `sep=;` may stand above it. Of a column that `may_lack` every cell is empty then.
    A line with a problem is not among the lines. Empty lines are passed over; a table without any other is a problem,
    and so is one with more than `most_bytes`, `most_rows` or MOST_COLUMNS. Takes time in proportion to the file's size.
    """
    if len(data) > most_bytes:
        reason = _l("The file is larger than %(most)s kB. Import it in parts.", most=grouped(most_bytes // 1000))
        return [], [Problem(0, "", reason)]
    try:
        text = data.decode("utf-8-sig").replace("\0", "")  # PostgreSQL keeps no NUL
        lines, problems = _read(text, columns, may_lack, most_rows)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [Problem(line, "", _l("The file is not UTF-8 text. Save it as “CSV UTF-8”."))]
    except NeverClosed as cell:
        reason = _l("A cell of this line is far too long: a quotation mark may never be closed.")
        return [], [Problem(cell.line, "", reason)]
    if not lines and not problems:
        problems.append(Problem(1, "", _l("There is no row below the column names.")))
    return lines, problems


class NeverClosed(Exception):
    """A cell that begins in `line` goes on for longer than any cell does."""

    def __init__(self, line: int) -> None:
        self.line = line


def _read(text: str, columns: Columns, may_lack: Collection[str], most_rows: int) -> tuple[list[Line], list[Problem]]:
    rows = numbered_rows(text)
    number, heading = next(rows, (1, []))
    if len(heading) > MOST_COLUMNS:
        reason = _l("There are more than %(most)d columns.", most=MOST_COLUMNS)
        return [], [Problem(number, "", reason)]
    names = [cell.lower() for cell in heading]
    missing = [name for name in columns if name not in names and name not in may_lack]
    problems = [Problem(number, name, _l("This column is missing.")) for name in missing]
    problems += [Problem(number, name, reason) for name, reason in _surplus(names, columns)]
    lines: list[Line] = []
    if problems:
        return lines, problems
    for count, (number, cells) in enumerate(rows, start=1):
        if count > most_rows:
            reason = _l("The file has more than %(most)s rows. Import it in parts.", most=grouped(most_rows))
            return [], [Problem(0, "", reason)]
        values, wrong = _values(number, dict(zip(names, cells, strict=False)), columns)
        if len(cells) > len(names):
            wrong.append(Problem(number, "", _l("There are more cells than columns.")))
        problems += wrong
        if not wrong:
            lines.append(Line(number, values))
    return lines, problems


_SEPARATOR = re.compile(r"""\A(\s*)"?sep=([,;\t|])"?(?:([,;\t|])\3*)? *(?=\r|\n|\Z)""", re.IGNORECASE)
"""A line of Excel's before the column names, which says what separates the cells.

A spreadsheet that took it for a row has filled it up with the separators of its own.
"""


def numbered_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with its line's number, the column names first. Raises NeverClosed.

    Commas or semicolons separate the cells, or what a line such as `sep=;` above the column names says.
    """
    said = _SEPARATOR.match(text)
    text = _SEPARATOR.sub(r"\1", text)  # the line stays, empty: lines keep their numbers
    heading = text.lstrip().partition("\n")[0]
    delimiter = (said[3] or said[2]) if said else ";" if ";" in heading else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise NeverClosed(before + 1) from error


def _surplus(names: list[str], columns: Columns) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for name in names:
        if name not in columns:
            yield name, _l("This column is not known. Remove it.")
        elif name in seen:
            yield name, _l("This column is there twice.")
        seen.add(name)


def _values(number: int, cells: dict[str, str], columns: Columns) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems = []
    for name, read_cell in columns.items():
        cell = cells.get(name, "")
        try:
            if len(cell) > LONGEST_CELL:
                raise ValueError(_l("At most %(longest)s characters.", longest=grouped(LONGEST_CELL)))
            values[name] = read_cell(cell)
        except ValueError as error:
            problems.append(Problem(number, name, error.args[0]))
    return values, problems
