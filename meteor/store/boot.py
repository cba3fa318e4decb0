"""The time since this machine was started, which every process reads alike and no step of the wall clock changes."""

import time
from functools import cache
from pathlib import Path
from uuid import uuid4

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@cache
def boot_id() -> str:
    """The id of the machine's last start; of this process where the system has none."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return str(uuid4())


def uptime() -> float:
    """Seconds since the machine was started, also those in which it was suspended."""
    return time.clock_gettime(_CLOCK)
