"""A process that has read METEOR's code, and others that begin as copies of it: each is spared two seconds of reading.

gunicorn's workers begin so too. What begins here is a child of the process that asked, and runs a module as `python -m`
does.
"""

import atexit
import ctypes
import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from tempfile import mkdtemp

import gunicorn.app.wsgiapp  # noqa: F401

import app
import meteor.panic.rehearsal
import meteor.web.worker  # noqa: F401
from meteor.config import PROJECT

LONGEST_REQUEST = 200_000
METRICS = "PROMETHEUS_MULTIPROC_DIR"
PR_SET_CHILD_SUBREAPER = 36


class Copy(subprocess.Popen[bytes]):
    """A child that somebody else has forked."""

    def __init__(self, command: Sequence[str], pid: int) -> None:
        self._forked = pid
        super().__init__(command)

    def _execute_child(self, *_: object) -> None:
        self.pid, self._child_created = self._forked, True


class Nursery:
    """The process that forks. It ends with the one that made it."""

    def __init__(self) -> None:
        self._control, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(there.fileno())], cwd=PROJECT, pass_fds=[there.fileno()],
                env=os.environ | {METRICS: mkdtemp(prefix="meteor-")},  # gunicorn sets it before it reads
            )  # fmt: skip

    def start(self, command: Sequence[str], environment: Mapping[str, str], said: int, listener: int) -> Copy:
        """Run a module with its arguments; what it says goes to the file `said`, and it has the socket `listener`."""
        request = {"command": command, "environment": dict(environment), "listener": listener}
        adopting(True)
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], [said, listener])
            pid = int(self._control.recv(100))
            assert self._control.recv(100) == b"orphaned"
        finally:
            adopting(False)
        return Copy(command, pid)

    def close(self) -> None:
        self._control.close()
        self._process.wait()


def anew(command: Sequence[str], environment: Mapping[str, str], said: int, listener: int) -> subprocess.Popen[bytes]:
    """As Nursery.start does, in a process that reads the code itself."""
    return subprocess.Popen(
        [sys.executable, "-m", *command], cwd=PROJECT, env=environment, pass_fds=[listener], stdout=said, stderr=said
    )


@cache
def nursery() -> Nursery:
    """The one of this process."""
    made = Nursery()
    atexit.register(made.close)
    return made


def adopting(on: bool) -> None:
    """Let orphans of the processes below this one become its children from now on, or not."""
    assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0) == 0


def asked(control: socket.socket) -> Sequence[str]:
    """Fork a copy for each request; in the copy, what it shall run. Empty when nobody asks any more."""
    while (received := socket.recv_fds(control, LONGEST_REQUEST, 2))[0]:
        request, (said, listener) = json.loads(received[0]), received[1]
        if not os.fork():
            if copy := os.fork():
                control.send(str(copy).encode())
                os._exit(0)
            control.close()
            for mine, its in ((said, 1), (said, 2), (listener, request["listener"])):
                os.dup2(mine, its)
            os.environ.update(request["environment"])
            return list(request["command"])
        os.wait()
        os.close(said)
        os.close(listener)
        control.send(b"orphaned")
    return []


if __name__ == "__main__":
    for package in app.PACKAGES:
        package.blueprint._load()
    if command := asked(socket.socket(fileno=int(sys.argv[1]))):
        sys.argv[1:] = command[1:]
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    else:
        shutil.rmtree(os.environ[METRICS])  # not by who made it: a pytest of several processes ends without ado
