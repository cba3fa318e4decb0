"""deploy/: systemd understands the units and finds them hardened."""

import os
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from flask import Flask

from meteor.config import PROJECT
from meteor.web.bodies import USUAL

DEPLOY = PROJECT / "deploy"
SERVICES = ("meteor-web.service", "meteor-scheduler.service", "meteor-receiver.service")
MOST_EXPOSED = 20
"""Tenths of systemd's points of exposure, of 100; a unit without any protection has 96."""


def systemd_analyze(*arguments: str | Path) -> str:
    """What it has to object to; nothing when all is well."""
    done = subprocess.run(
        [os.environ.get("METEOR_SYSTEMD_ANALYZE", "systemd-analyze"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else done.stderr


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they are installed, with METEOR in this folder."""
    for unit in DEPLOY.glob("meteor*"):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/srv/meteor", str(PROJECT)))
    return tmp_path


@pytest.mark.systemd
def test_systemd_understands_every_unit(units: Path) -> None:
    assert systemd_analyze("verify", "--man=no", *units.iterdir()) == ""


@pytest.mark.systemd
@pytest.mark.parametrize("service", SERVICES)
def test_systemd_finds_a_service_hardly_exposed(units: Path, service: str) -> None:
    assert systemd_analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", units / service) == ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_restarted_for_ever_and_keeps_its_files_private(service: str) -> None:
    lines = (DEPLOY / service).read_text().splitlines()
    assert {"Restart=always", "StartLimitIntervalSec=0", "UMask=0077", "NoNewPrivileges=true"} <= set(lines)


def test_the_proxy_never_waits_longer_on_a_connection_than_gunicorn_keeps_it() -> None:
    assert "keepalive = 75\n" in (PROJECT / "gunicorn.conf.py").read_text()
    assert "keepalive 60s\n" in (DEPLOY / "Caddyfile").read_text()


def test_the_proxy_takes_long_forms_where_a_view_does(app: Flask) -> None:
    caddyfile = (DEPLOY / "Caddyfile").read_text()
    long, others = (re.findall(rf"@{name} path (.+)", caddyfile) for name in ("photos", "others not"))
    assert long == others
    patterns = long[0].split()
    views = {rule.rule for rule in app.url_map.iter_rules() if takes_long_forms(app, rule.endpoint)}
    assert {view for view in views if not any(PurePosixPath(view).match(pattern) for pattern in patterns)} == set()


def takes_long_forms(app: Flask, endpoint: str) -> bool:
    return getattr(app.view_functions[endpoint], "most_bytes", USUAL) > USUAL
