"""Python imports this at its start where the folder is on PYTHONPATH, as bench/chaos.py starts METEOR.

From then on the wall clock of the process is wrong by so many seconds as METEOR_BENCH_CLOCK, a file, says. How long a
second takes stays as it is.
"""

import os
import time
from pathlib import Path
from threading import Thread

import time_machine

LOOK_SECONDS = 0.2

_file = Path(os.environ["METEOR_BENCH_CLOCK"])
_moved = 0
_journey: time_machine.travel | None = None


def _follow() -> None:
    global _moved, _journey
    while True:
        wanted = int(_file.read_text() or 0)
        if wanted != _moved:
            if _journey:
                _journey.stop()
            _journey = time_machine.travel(time.time() + wanted, tick=True) if wanted else None
            if _journey:
                _journey.start()
            _moved = wanted
        time.sleep(LOOK_SECONDS)


def _start() -> None:
    Thread(target=_follow, daemon=True).start()


_start()
os.register_at_fork(after_in_child=_start)
