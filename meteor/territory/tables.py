"""Tables that the city sends as CSV: read strictly, every bad cell named by line, column and reason."""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

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
    """Counts of a table's lines: new, changed, unchanged."""

    added: int
    changed: int
    unchanged: int


Columns = Mapping[str, Callable[[str], Any]]
"""The columns of a table by name, each with its reader. A reader raises ValueError."""


def read(data: bytes, columns: Columns, may_lack: Collection[str] = ()) -> tuple[list[Line], list[Problem]]:
    """The lines of a CSV file in UTF-8, with commas or semicolons, whose first line names `columns` in any order.

    Of a column that `may_lack` every cell is empty then.
    A line with a problem is not among the lines. Empty lines are passed over; a table without any other is a problem,
    and so is one larger than MOST_BYTES, MOST_ROWS or MOST_COLUMNS. Takes time in proportion to the file's size.
    """
    if len(data) > MOST_BYTES:
        reason = _l("The file is larger than %(most)d kB. Import it in parts.", most=MOST_BYTES // 1000)
        return [], [Problem(0, "", reason)]
    try:
        text = data.decode("utf-8-sig").replace("\0", "")  # PostgreSQL keeps no NUL
        lines, problems = _read(text, columns, may_lack)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [Problem(line, "", _l("The file is not UTF-8 text. Save it as “CSV UTF-8”."))]
    except _NeverClosed as cell:
        reason = _l("A cell of this line is far too long: a quotation mark may never be closed.")
        return [], [Problem(cell.line, "", reason)]
    if not lines and not problems:
        problems.append(Problem(1, "", _l("There is no row below the column names.")))
    return lines, problems


def repeated(lines: list[Line], *key: str) -> list[Problem]:
    """A problem for each line that has the same `key` as an earlier one."""
    first: dict[tuple[Any, ...], int] = {}
    problems = []
    for line in lines:
        before = first.setdefault(tuple(line.values[name] for name in key), line.number)
        if before != line.number:
            problems.append(Problem(line.number, key[-1], _l("Line %(line)d says the same already.", line=before)))
    return problems


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Reader of a whole number between two others."""

    def read_cell(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10) or not lowest <= int(text) <= highest:
            raise ValueError(_l("Give a whole number from %(lowest)d to %(highest)d.", lowest=lowest, highest=highest))
        return int(text)

    return read_cell


def degrees(limit: int) -> Callable[[str], float]:
    """Reader of degrees WGS-84 between -limit and limit."""

    def read_cell(text: str) -> float:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = limit + 1
        if not -limit <= value <= limit:
            raise ValueError(_l("Give degrees such as -7.7432, from -%(limit)d to %(limit)d.", limit=limit))
        return value

    return read_cell


def words(text: str) -> str:
    """Reader of a required text."""
    if not text:
        raise ValueError(_l("This must not be empty."))
    return text


def optional(read_cell: Callable[[str], Any]) -> Callable[[str], Any]:
    """Reader of an optional cell; empty is None."""
    return lambda text: read_cell(text) if text else None


class _NeverClosed(Exception):
    """A cell that begins in `line` goes on for longer than any cell does."""

    def __init__(self, line: int) -> None:
        self.line = line


def _read(text: str, columns: Columns, may_lack: Collection[str]) -> tuple[list[Line], list[Problem]]:
    rows = _rows(text)
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
        if count > MOST_ROWS:
            reason = _l("The file has more than %(most)d rows. Import it in parts.", most=MOST_ROWS)
            return [], [Problem(number, "", reason)]
        values, wrong = _values(number, dict(zip(names, cells, strict=False)), columns)
        if len(cells) > len(names):
            wrong.append(Problem(number, "", _l("There are more cells than columns.")))
        problems += wrong
        if not wrong:
            lines.append(Line(number, values))
    return lines, problems


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    heading = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in heading else ",")
    before = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise _NeverClosed(before + 1) from error


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
                raise ValueError(_l("At most %(longest)d characters.", longest=LONGEST_CELL))
            values[name] = read_cell(cell)
        except ValueError as error:
            problems.append(Problem(number, name, error.args[0]))
    return values, problems
