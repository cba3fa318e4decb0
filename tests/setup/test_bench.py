"""bin/bench: what a bench hands over, and what becomes of it on the screen and in the file."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import Case

PROJECT = Path(__file__).parents[2]
HELLO = """
from bench import Case

def cases():
    yield Case("quick", "a stone", "steps/s", [(20, 10), (33, 11), (90, 9)], reach=2.5, note="the stone was cold")
    yield Case("even", "the morning", "ms", [(30, 10)], reach=2, sense="at most")
"""


@pytest.fixture
def benches(tmp_path):
    """Two benches of our own: one measures, one breaks."""
    (tmp_path / "bench").mkdir()
    for name in ("__init__.py", "__main__.py"):
        shutil.copy(PROJECT / "bench" / name, tmp_path / "bench")
    (tmp_path / "bench" / "hello.py").write_text(HELLO)
    (tmp_path / "bench" / "broken.py").write_text("def cases():\n    raise ValueError('another answer')\n    yield\n")
    return tmp_path


def run(folder, *arguments):
    return subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=folder, capture_output=True, text=True)


def test_the_file_has_a_row_for_each_promise(benches):
    assert run(benches, "hello", "--json", "rows.json").returncode == 0
    quick, even = json.loads((benches / "rows.json").read_text())
    assert quick == {
        "bench": "hello",
        "case": "quick",
        "floor": "a stone",
        "ours": 33,
        "floor_value": 10,
        "ratio": 3,
        "reach": 2.5,
        "sense": "at least",
        "spread": [2, 10],
    }
    assert (even["ratio"], even["reach"], even["sense"]) == (3, 2, "at most")


def test_the_table_says_what_holds_and_what_falls_short(benches):
    head, quick, note, even = run(benches, "hello").stdout.splitlines()
    assert head.split()[:4] == ["bench", "case", "ours", "floor"]
    assert " ".join(quick.split()) == "hello quick 33 10 steps/s 3 ≥ 2.5 2 … 10 holds a stone"
    assert note.strip() == "the stone was cold"
    assert "SHORT" in even


def test_a_bench_that_breaks_off_is_reported_and_the_others_still_run(benches):
    outcome = run(benches)
    assert outcome.returncode == 1
    assert "another answer" in outcome.stderr
    assert outcome.stderr.splitlines()[-1] == "broken broke off (see above)"
    assert "quick" in outcome.stdout


def test_an_unknown_bench_is_refused_with_the_names_there_are(benches):
    outcome = run(benches, "hullo")
    assert outcome.returncode == 2
    assert "no bench is called hullo; there are broken, hello" in outcome.stderr


def test_a_promise_is_kept_up_to_its_reach():
    assert Case("c", "f", "ms", [(3, 1)], reach=3, sense="at most").holds
    assert Case("c", "f", "ms", [(3, 1)], reach=3, sense="at least").holds
    assert not Case("c", "f", "ms", [(3, 1)], reach=2.9, sense="at most").holds
    assert not Case("c", "f", "ms", [(3, 1)], reach=3.1, sense="at least").holds
