"""How gunicorn serves METEOR. `gunicorn` alone serves production; bin/serve gives its own address and app."""

import os
import resource
import shutil
import tempfile
from pathlib import Path

from gunicorn.arbiter import Arbiter

from meteor import leave_out_of_collections
from meteor.store.files import UMASK
from meteor.web.worker import BufferingWorker

os.umask(UMASK)  # gunicorn's own setting of this name is for its sockets and its daemon alone

wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"

# The worker reads whole requests before it gives them to a thread. These are for what is urgent and writes; it has
# further ones for polls and for what is not urgent (see meteor.web.pools).
worker_class = "meteor.web.worker.BufferingWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2

# A page polls every two seconds on a connection that stays: thousands of them wait in each process.
keepalive = 75
worker_connections = 4000

# The answers under way may end when METEOR is stopped; bin/serve and systemd wait a little longer than this.
graceful_timeout = 20

# Heartbeats on a disk stop the workers while it is busy, and a busy disk is the day of the earthquake.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# Nobody steers gunicorn through its socket; it would lie in the home directory.
control_socket_disable = True

# The longest honest address is a filter of the audit log. Bodies are limited by the app.
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190

# Each waiting connection is an open file, and most systems begin with 1,024 of them.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted = worker_connections * 2
if _soft != resource.RLIM_INFINITY and _soft < _wanted:
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (_wanted if _hard == resource.RLIM_INFINITY else min(_wanted, _hard), _hard)
    )


# One process reads the code, and its workers begin as copies of it: a killed one is replaced within milliseconds.
preload_app = True

# Each process counts the requests that it answers; /metrics adds them up from here. A killed server leaves its folder.
_shared = Path(worker_tmp_dir or tempfile.gettempdir())
for _left in _shared.glob("meteor-metrics-*"):
    if not Path("/proc", _left.name.rpartition("-")[2]).exists():
        shutil.rmtree(_left, ignore_errors=True)
_metrics = _shared / f"meteor-metrics-{os.getpid()}"
_metrics.mkdir(exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics)  # read when the application is imported


def when_ready(server: Arbiter) -> None:
    """Let the first press of each worker find its statements compiled, and garbage collections leave out the code."""
    app = server.app.wsgi()
    if "panic" in app.blueprints:  # a bare application has nothing to rehearse
        from meteor.panic.rehearsal import REHEARSED
        from meteor.store.database import hang_up
        from meteor.store.rehearsal import rehearse

        rehearse(REHEARSED, app.app_context)
        with app.app_context():
            hang_up()  # the workers do not share connections
    leave_out_of_collections()


def child_exit(server: Arbiter, worker: BufferingWorker) -> None:
    """No connection is left to a worker that was killed."""
    worker.share.withdraw()


def on_exit(server: Arbiter) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_metrics, ignore_errors=True)
