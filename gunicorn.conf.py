"""How gunicorn serves METEOR. `gunicorn` alone serves production; bin/serve gives its own address and app."""

import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path

from gunicorn.arbiter import Arbiter

from meteor.config import Settings, WrongSetting
from meteor.store.files import UMASK

os.umask(UMASK)  # gunicorn's own setting of this name is for its sockets and its daemon alone

wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"

# Two processes of four threads kept the slowest hundredth of answers under 100 ms at 200 clients on two cores. The
# worker reads whole requests before it gives them to a thread, and has further threads for what is not urgent.
worker_class = "meteor.web.worker.BufferingWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4

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


def on_starting(server: Arbiter) -> None:
    """Look at the settings before there are workers: gunicorn would start one after the other and see each fail."""
    try:
        Settings.from_environment(production=server.app.app_uri.startswith("wsgi"))
    except WrongSetting as wrong:
        sys.exit(f"METEOR cannot start: {wrong}")
    # Each process counts the requests that it answers; /metrics adds them up from here.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="meteor-metrics-", dir=worker_tmp_dir)


def on_exit(server: Arbiter) -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
