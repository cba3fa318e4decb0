"""The lock files pin everything by hash, agree with each other and name no registry."""

import json
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LOCKS = ("requirements", "requirements-dev", "requirements-node")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; (.+?))?(?: \\)?$", re.MULTILINE)


def pins(lock: str) -> set[tuple[str, str, str]]:
    """(name, version, marker) of every package in a lock file."""
    return set(PIN.findall((PROJECT / f"{lock}.txt").read_text()))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock):
    for entry in re.split(r"\n(?=\S)", (PROJECT / f"{lock}.txt").read_text().strip()):
        assert PIN.match(entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_that_is_asked_for_is_locked(lock):
    asked = [line for line in (PROJECT / f"{lock}.in").read_text().splitlines() if line[:1] not in ("", "#", "-")]
    names = {re.split(r"[\[<>=~! ]", line)[0] for line in asked}
    assert names <= {name for name, _, _ in pins(lock)}


def test_the_checks_run_on_the_versions_that_serve():
    assert pins("requirements") <= pins("requirements-dev")


@pytest.mark.parametrize("file", [*(f"{lock}.txt" for lock in LOCKS), "package-lock.json", ".npmrc"])
def test_no_registry_is_named(file):
    text = (PROJECT / file).read_text()
    assert "://" not in text
    assert "resolved" not in text.replace("omit-lockfile-registry-resolved", "")


def test_the_browser_packages_are_the_ones_that_are_locked():
    wanted = json.loads((PROJECT / "package.json").read_text())["dependencies"]
    locked = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    assert {f"node_modules/{name}": version for name, version in wanted.items()} == {
        path: package["version"] for path, package in locked.items() if path
    }
    assert all(package["integrity"].startswith("sha512-") for path, package in locked.items() if path)
