"""Set-up on a machine that lacks something, or where an earlier one was cut short."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PATIENCE = 300  # seconds after which it hangs; a slow machine is no failure
SET_UP = "import _setup; _setup.set_up('requirements.txt')"
ANEW = "import _setup; _setup._make_venv = lambda: exit('It is made anew.'); _setup.set_up('requirements.txt')"
"""As SET_UP, and ends where an environment is made: that takes 4 s, and of whatever is there, nothing stays (below)."""


@pytest.fixture
def project(tmp_path):
    """A project of its own that needs no package, and has its browser assets."""
    shutil.copytree(PROJECT / "bin", tmp_path / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "package-lock.json").write_text("{}")
    vendor = tmp_path / "static" / "vendor"
    vendor.mkdir(parents=True)
    for name in ("htmx.min.js", "idiomorph.min.js", "leaflet.css", "leaflet.js", "font.woff2", "icons"):
        (vendor / name).touch()
    for name in ("font.LICENSE.txt", "icons.LICENSE.txt"):
        (vendor / name).touch()
    asked = [sys.executable, "-c", "import _setup; print(_setup.assets_origin(), end='')"]
    origin = subprocess.check_output(asked, env={**os.environ, "PYTHONPATH": str(tmp_path / "bin")})
    (vendor / ".origin").write_bytes(origin)
    return tmp_path


def start(project, code=SET_UP, **environment):
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return subprocess.Popen(
        [python, "-c", code],
        env={**os.environ, "PYTHONPATH": str(project / "bin"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def set_up(project, code=SET_UP, **environment):
    process = start(project, code, **environment)
    said, complaint = process.communicate(timeout=PATIENCE)
    return process.returncode, said, complaint


def broken_by_an_upgrade(venv):
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/nowhere/python3")
    (venv / "installed.json").write_text(json.dumps({"home": str(venv)}))


def cut_short(venv):
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)


def copied_from_elsewhere(venv):
    cut_short(venv)
    (venv / "installed.json").write_text('{"home": "/elsewhere/.venv"}')


def emptied_by_a_full_disk(venv):
    cut_short(venv)
    (venv / "installed.json").touch()


@pytest.mark.parametrize("harm", [broken_by_an_upgrade, cut_short, copied_from_elsewhere, emptied_by_a_full_disk])
def test_of_a_broken_environment_nothing_is_used(project, harm):
    harm(project / ".venv")
    assert set_up(project, ANEW) == (1, "", "It is made anew.\n")


def test_a_broken_environment_is_made_anew(project):
    broken_by_an_upgrade(project / ".venv")
    (project / ".venv" / "lib").symlink_to("/nowhere/lib")
    code, said, _ = set_up(project)
    assert code == 0
    assert "Making the virtual environment" in said
    assert subprocess.run([project / ".venv" / "bin" / "python", "-m", "pip", "--version"]).returncode == 0


def test_two_set_ups_at_once_take_turns_a_third_has_nothing_to_do_and_changed_packages_are_installed(project):
    both = [start(project), start(project)]
    said = [process.communicate(timeout=PATIENCE)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("Waiting for another set-up" in text for text in said) == [False, True]
    assert sum("Making the virtual environment" in text for text in said) == 1
    assert set_up(project) == (0, "", "")
    (project / "requirements.txt").write_text("# still nothing, in other words\n")
    code, said, _ = set_up(project)
    assert code == 0
    assert "Installing requirements.txt" in said
    assert "Making the virtual environment" not in said


def test_an_installation_that_fails_says_so_and_is_begun_anew(project):
    (project / "requirements.txt").write_text("no such requirement\n")
    code, _, complaint = set_up(project)
    assert code == 1
    assert "could not install the packages" in complaint
    (project / "requirements.txt").write_text("# nothing\n")
    assert set_up(project, ANEW) == (1, "", "It is made anew.\n")


def test_a_python_without_venv_gets_one_line_with_what_mends_it(project):
    (project / "bin" / "ensurepip.py").write_text("raise ImportError")
    code, _, complaint = set_up(project)
    assert code == 1
    assert len(complaint.splitlines()) == 1
    assert f"apt-get install python3.{sys.version_info.minor}-venv" in complaint


def test_an_old_python_gets_one_line_with_what_mends_it(project):
    code, _, complaint = set_up(project, f"import sys; sys.version_info = (3, 9, 2); {SET_UP}")
    assert code == 1
    assert len(complaint.splitlines()) == 1
    assert "needs Python 3.11 or newer, and this is 3.9" in complaint
