"""Tables of figures: what a page shows, and the same as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from meteor.statistics.table_rules import RULES
from meteor.store import sheets


class Column(NamedTuple):
    """A column: its heading, and the form of its cells.

    A `form` is "text", "count" (whole numbers), "decimal" (one decimal), "signed" (the same with its
    sign), "words" (a number in words, such as a duration), or "incident" (its number).
    """

    heading: Any
    form: str = "count"


@dataclass(frozen=True)
class FigureTable:
    """A table with its name in addresses and its title. A cell is None where nothing is known: "–", never 0.

    `ids` are those of what the rows are about, where a page links to them.
    """

    name: str
    title: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    ids: Sequence[int] = ()

    @property
    def rule(self) -> Any:
        """What the table counts, in words."""
        return RULES[self.name]


def as_csv(table: FigureTable) -> bytes:
    """The table as a file that a spreadsheet opens. Unknown cells are empty.

    Decimals have a comma, as spreadsheets in Indonesia read them.
    """
    heads = [sheets.harmless(str(column.heading)) for column in table.columns]
    return sheets.written([heads, *(list(map(_cell, row)) for row in table.rows)])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.1f}".replace(".", ",") if isinstance(value, float) else sheets.harmless(str(value))
