"""CSV files that a spreadsheet opens as they are: it splits, calculates and rounds nothing."""

import csv
import io
import re
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@")


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """The rows in UTF-8, with the byte order mark that Excel wants.

    Separated by semicolons, as Excel expects in Indonesian, and all quoted: a semicolon or comma within a cell would
    otherwise begin another one, which `harmless` has not seen.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before what would be calculated; numbers stay numbers."""
    calculated = cell.lstrip().startswith(_FORMULA) and not re.fullmatch(r"-?[0-9.]+", cell)
    return f"'{cell}" if calculated else cell
