"""Files that METEOR writes belong to its own user alone: database, keys, pictures, assets."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL

log = logging.getLogger(__name__)

UMASK = 0o077
_SQLITE_FILES = ("", "-wal", "-shm", "-journal", ".writer")


def keep_private(var: Path, database_url: URL) -> None:
    """Let this process write files of mode 0600 and folders of 0700, and change those that are there already."""
    os.umask(UMASK)
    for path in _written(var, database_url):
        allowed = 0o700 if path.is_dir() else 0o600
        try:
            if path.stat().st_mode & 0o777 & ~allowed:
                path.chmod(path.stat().st_mode & allowed)
        except FileNotFoundError:
            pass  # another process is tidying up
        except PermissionError:
            log.warning("Other users of this machine may be able to read %s, which is another user's file", path)


def _written(var: Path, database_url: URL) -> Iterator[Path]:
    if database_url.get_backend_name() == "sqlite":
        database = str(database_url.database)
        yield from (path for ending in _SQLITE_FILES if (path := Path(database + ending)).is_file())
    if var.is_dir():
        yield var
        yield from (path for path in var.rglob("*") if not path.is_symlink())
