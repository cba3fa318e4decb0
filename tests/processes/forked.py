"""Processes that begin as copies of one that has read METEOR's code: each is spared two seconds of reading.

gunicorn's workers begin so too. The process that is copied is multiprocessing's, and ends with its pytest.
"""

import os
import runpy
import socket
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import current_process, get_context
from pathlib import Path
from unittest.mock import patch

from meteor.config import PROJECT

with patch.dict(os.environ, PROMETHEUS_MULTIPROC_DIR=os.devnull):  # gunicorn sets it before it reads
    import gunicorn.app.wsgiapp  # noqa: F401

    import app
    import meteor.panic.rehearsal
    import meteor.web.worker  # noqa: F401

for package in app.PACKAGES:
    package.blueprint._load()

FORKSERVER = get_context("forkserver")
FORKSERVER.set_forkserver_preload([__name__])


def run(
    command: Sequence[str], environment: Mapping[str, str], listener: socket.socket, folder: Path, anew: bool
) -> None:
    """Become `python -m COMMAND`, or begin it anew; {} in it is the number of `listener`.

    What it says goes to the file in `folder` that has the name of the process.
    """
    with (folder / current_process().name).open("ab") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    module, *arguments = (part.format(listener.fileno()) for part in command)
    os.chdir(PROJECT)
    if anew:
        listener.set_inheritable(True)
        os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
