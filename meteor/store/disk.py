"""The space that is left on the disks that METEOR writes to, and the errors of a disk that is full."""

import errno
import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from meteor.store.database import db

LOW = 1024**3
"""Bytes: with less the administrators are told."""

_FULL = 1024**2
_LOCAL = (None, "", "localhost", "127.0.0.1", "::1")
_folders: dict[str, Path] = {}


def configure(var: Path) -> None:
    """Set the folder for the database, pictures and keys."""
    _folders["var"] = var


def free() -> dict[str, int]:
    """Free bytes of METEOR_VAR's disk, and of PostgreSQL's where it is on this machine and can be measured."""
    folders = {"METEOR_VAR": _folders["var"], "PostgreSQL": _postgresql()}
    found = {}
    for name, folder in folders.items():
        try:
            if folder is not None:
                found[name] = shutil.disk_usage(folder).free
        except OSError:
            continue
    return found


def low() -> dict[str, int]:
    """The disks with less than LOW, each with its free bytes."""
    return {name: left for name, left in free().items() if left < LOW}


def is_full(error: BaseException) -> bool:
    """Return whether an error says that a disk is full: of the system, SQLite or PostgreSQL."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    original = error.orig if isinstance(error, DBAPIError) else error
    if getattr(original, "sqlstate", None) == "53100":
        return True
    name = getattr(original, "sqlite_errorname", None) or ""
    # Where not even the shared memory beside the database can grow, SQLite says only that writing failed.
    return name == "SQLITE_FULL" or (name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and _nothing_left())


def _nothing_left() -> bool:
    try:
        return shutil.disk_usage(_folders["var"]).free < _FULL
    except OSError:
        return False


def _postgresql() -> Path | None:
    """The folder of PostgreSQL's data, as far as it tells us."""
    url = db.engine.url
    host = url.host or url.query.get("host")
    local = host in _LOCAL or str(host).startswith("/")
    if url.get_backend_name() != "postgresql" or not local:
        return None
    told = db.session.scalar(text("select setting from pg_settings where name = 'data_directory'"))
    return Path(told) if told else None
