"""The written table in docs/alarms.md is what the code does."""

from pathlib import Path

import pytest

from meteor.protocols import reference_data
from meteor.sas import codes
from meteor.sas.consequences import CONSEQUENCES, NEVER_LOWERED, TROUBLES

DOCUMENT = Path(__file__).parents[2] / "docs" / "alarms.md"
ROWS = tuple(f"| {meaning} |" for meaning in codes.MEANINGS)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def listed(meaning: str, *, restore: bool) -> tuple[str, str]:
    """The codes of DC-03 and of DC-05 with this meaning."""
    sia = [one + two for one in LETTERS for two in LETTERS if codes.sia(one + two) == (meaning, restore)]
    digits = [f"{number:03}" for number in range(1000) if codes.contact_id(f"{number:03}", "1") == (meaning, restore)]
    return " ".join(sia), _spans(digits)


def _spans(digits: list[str]) -> str:
    """ "300–304 309": what follows one another is not listed one by one."""
    spans: list[list[str]] = []
    for code in digits:
        if spans and int(code) == int(spans[-1][-1]) + 1:
            spans[-1].append(code)
        else:
            spans.append([code])
    return " ".join(span[0] if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans)


def becomes(meaning: str) -> str:
    """What the table says of a meaning: the incident type and its priority, or what else is done."""
    parts = []
    if meaning in CONSEQUENCES:
        consequence = CONSEQUENCES[meaning]
        never = ", never lowered" if consequence.type in NEVER_LOWERED else ""
        parts.append(f"`{consequence.type}`, P{consequence.priority}{never}")
    if meaning in TROUBLES:
        parts.append("told to administrators")
    return "; ".join(parts) or "kept"


def row(meaning: str) -> str:
    sia, digits = listed(meaning, restore=False)
    over, _ = listed(meaning, restore=True)
    return f"| {meaning} | {becomes(meaning)} | {sia} | {over} | {digits} |"


def test_the_table_lists_every_meaning_and_every_code() -> None:
    shown = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith(ROWS)]
    assert shown == [row(meaning) for meaning in codes.MEANINGS if meaning != "unknown"]


@pytest.mark.parametrize("meaning", CONSEQUENCES)
def test_the_citys_types_have_the_priorities_of_the_table(meaning: str) -> None:
    seeded = {row["code"]: row for row in reference_data._rows("types")}
    assert int(seeded[CONSEQUENCES[meaning].type]["priority"]) == CONSEQUENCES[meaning].priority
