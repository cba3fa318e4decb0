"""The alarm receiver with a stopwatch: `python -m bench._held PORT FILE` writes how long transactions held the lock.

FILE gets a line for each transaction, at the end, which is SIGTERM: seconds by the clock, and of the processor.
"""

import asyncio
import sys
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from sqlalchemy import Engine, event

from app import create_app
from meteor.config import Settings
from meteor.sas.commands import _listen, _receive
from meteor.sas.rehearsal import REHEARSED
from meteor.store.database import db
from meteor.store.rehearsal import rehearse

GREETING = "listens on"


def watch(engine: Engine) -> list[tuple[float, float]]:
    """Collects for how long each transaction of this engine has the right to write, from now on (SQLite)."""
    held: list[tuple[float, float]] = []

    def began(connection: Any) -> None:
        connection.info["began"] = perf_counter(), thread_time()

    def ended(connection: Any, entry: Any) -> None:
        if "began" in entry.info:
            clock, processor = entry.info.pop("began")
            held.append((perf_counter() - clock, thread_time() - processor))

    event.listen(engine, "begin", began)  # behind our own, which waits for the right to write
    event.listen(engine, "checkin", ended)  # behind our own, which gives it back
    return held


def main(port: str, file: str) -> None:
    app = create_app(Settings.from_environment())
    rehearse(REHEARSED, app.app_context)  # what it does again when it begins is short
    with app.app_context():
        held = watch(db.engine)
    sockets = _listen("127.0.0.1", int(port))
    print(GREETING, flush=True)
    asyncio.run(_receive(app.app_context, *sockets))
    Path(file).write_text("".join(f"{clock:.6f} {processor:.6f}\n" for clock, processor in held))


if __name__ == "__main__":
    main(*sys.argv[1:])
