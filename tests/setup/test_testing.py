"""bin/test says at its end what it could not run, and in CI that is a failure."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def run_tests(*arguments, **environment):
    without = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", "METEOR_CHROMIUM", "METEOR_HEADLESS_SHELL", "METEOR_SYSTEMD_ANALYZE")
    }
    return subprocess.run(
        [PROJECT / "bin" / "test", *arguments],
        env={**without, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_without_a_browser_and_systemd_the_last_lines_say_so():
    nowhere = {"METEOR_CHROMIUM": "/nowhere/chromium", "METEOR_SYSTEMD_ANALYZE": "/nowhere/systemd-analyze"}
    run = run_tests("tests/setup/test_deploy.py", **nowhere)
    assert run.returncode == 0
    assert "deselected" in run.stdout
    systemd, browser = run.stdout.splitlines()[-2:]
    assert systemd.startswith("NOT RUN: the check of deploy/ by systemd-analyze")
    assert browser.startswith("NOT RUN: the browser tests.")


def test_without_a_browser_ci_fails():
    run = run_tests("tests/setup/test_locks.py", CI="true", METEOR_CHROMIUM="/nowhere/chromium")
    assert run.returncode == 1
    assert "passed" in run.stdout
    assert run.stdout.splitlines()[-1].startswith("NOT RUN: the browser tests.")


def test_arguments_go_to_pytest_and_its_failure_is_the_outcome():
    run = run_tests("tests/setup/no_such_test.py", METEOR_CHROMIUM="/bin/true")
    assert run.returncode != 0
    assert "no_such_test.py" in run.stdout
    assert "NOT RUN" not in run.stdout


def test_a_file_of_tests_that_cannot_be_read_is_said_and_is_a_failure(tmp_path):
    (tmp_path / "test_it.py").write_text("import nowhere\n")
    checking = (
        "import runpy\n"
        f"checks = runpy.run_path('{PROJECT}/bin/test')['_checks']\n"
        "checks.__globals__['CHECKS'] = {}\n"
        "print(checks())\n"
    )
    path = {"PYTHONPATH": f"{PROJECT}/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", checking], cwd=tmp_path, env=os.environ | path, capture_output=True, text=True
    )
    assert "No module named 'nowhere'" in run.stdout
    assert run.stdout.splitlines()[-1] == "{'collection': False}"


@pytest.mark.parametrize(
    ("arguments", "databases"),
    [
        ((), {"marked": ["sqlite", "postgresql"], "other": ["sqlite"]}),
        (("--full",), {"marked": ["sqlite", "postgresql"], "other": ["sqlite", "postgresql"]}),
    ],
)
def test_what_is_marked_runs_on_both_databases_and_the_rest_when_all_is_asked_for(tmp_path, arguments, databases):
    (tmp_path / "conftest.py").write_text("from tests.conftest import pytest_addoption, pytest_generate_tests")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.fixture\ndef backend(request): return request.param\n"
        "@pytest.mark.both_databases\ndef test_marked(backend): print('marked', backend)\n"
        "def test_other(backend): print('other', backend)\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", "-c", PROJECT / "pyproject.toml", tmp_path, *arguments],
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    said = re.findall(r"(marked|other) (sqlite|postgresql)", run.stdout)
    assert {name: [database for test, database in said if test == name] for name in databases} == databases
