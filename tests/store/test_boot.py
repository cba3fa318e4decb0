"""The machine's uptime, which says how long ago something was, whatever the wall clock does meanwhile."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from meteor.store import boot
from meteor.store.moments import now


def test_a_jump_of_the_wall_clock_leaves_it_as_it_is() -> None:
    before = boot.uptime()
    with time_machine.travel(now() + timedelta(hours=2)):
        assert 0 <= boot.uptime() - before < 60


def test_a_system_without_boot_ids_has_one_for_each_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(boot, "_BOOT_ID", tmp_path / "absent")
    processes = boot.boot_id.__wrapped__(), boot.boot_id.__wrapped__()
    assert all(processes)
    assert processes[0] != processes[1]
