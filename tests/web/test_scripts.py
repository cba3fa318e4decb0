"""Our scripts run on the phones that the city has: on Chrome 60 and all that came later."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = [*sorted((ROOT / "static" / "js").glob("*.js")), *(ROOT / "templates").glob("*/service-worker.js")]

SAID = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
TOO_NEW = re.compile(
    r"""\?\.(?!\d) | \?\? | \|\|= | &&= | \bcatch\s*\{ | \d_\d
    | \bfor\s+await\b | \(\?<
    | \bAbortSignal\.(?:timeout|any)\b | \bGeolocationPositionError\b | \bglobalThis\b | \bstructuredClone\b
    | \bPromise\.(?:any|allSettled)\b | \bObject\.(?:fromEntries|hasOwn|groupBy)\b | \brandomUUID\b
    | \.(?:at|flat|flatMap|replaceAll|toggleAttribute|replaceChildren|requestSubmit|trimStart|trimEnd)\(
    | (?<!clients)\.matchAll\(
    | \bnew\s+URLSearchParams\(\s*(?:\{|Object\.(?!entries\b))
    """,
    re.VERBOSE,
)


def code(text: str) -> str:
    """A script without its comments and its strings. What stands in a template string is taken for code."""
    return SAID.sub('""', text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_holds_nothing_that_chrome_60_does_not_know(script: Path) -> None:
    assert TOO_NEW.findall(code(script.read_text())) == []


@pytest.mark.parametrize(
    "line",
    [
        "a?.b", "a?.[0]", "a ?? b", "a ??= b", "try {} catch {}", "10_000", "list.at(-1)", "AbortSignal.timeout(9)",
        "new URLSearchParams({ a })", "new URLSearchParams(Object.assign({}, a))",
    ],
)  # fmt: skip
def test_what_is_too_new_is_found(line: str) -> None:
    assert TOO_NEW.search(code(line))


@pytest.mark.parametrize("line", ['say("What?? Who?.")', "// why?? a?.b", "a ? .5 : b", "a ?.5 : b", "/* a?.b */"])
def test_what_is_said_is_not_taken_for_code(line: str) -> None:
    assert not TOO_NEW.search(code(line))


@pytest.mark.parametrize("line", ["new URLSearchParams(Object.entries(a))", "new URLSearchParams([[a, b]])"])
def test_pairs_make_a_form_in_chrome_60(line: str) -> None:
    assert not TOO_NEW.search(code(line))
