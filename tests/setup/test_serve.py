"""bin/serve: web server, scheduler and receiver of alarm panels, kept running together and stopped together."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.sas.dialler import Dialler, Tcp

PROJECT = Path(__file__).parents[2]
PATIENCE = 300  # seconds after which it hangs; a slow machine is no failure


class Served:
    """bin/serve as a process of its own, on a port and in a folder of its own."""

    def __init__(self, *arguments, **environment):
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, PROJECT / "bin" / "serve", *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.hang = threading.Timer(PATIENCE, self.process.terminate)
        self.hang.start()

    def until(self, pattern):
        """Read on until a line matches; the match."""
        for line in self.process.stdout:
            self.said += line
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"bin/serve ended without saying {pattern!r}:\n{self.said}")

    def has_said(self, pattern):
        """The first match in what it has said or goes on to say."""
        return re.search(pattern, self.said) or self.until(pattern)

    def end(self):
        """Read to the end; the exit status."""
        if not self.process.stdout.closed:
            self.said += self.process.stdout.read()
            self.process.stdout.close()
        self.hang.cancel()
        return self.process.wait()


@contextmanager
def starting(folder):
    """A function that starts bin/serve with its data in this folder; in the end all that it started is stopped."""
    started = []

    def start(*arguments, **environment):
        environment = {"METEOR_VAR": str(folder / "var"), "METEOR_DEMO": "0", "SIA_PORT": "0", **environment}
        started.append(Served(*arguments, **environment))
        return started[-1]

    yield start
    for served in started:
        served.process.terminate()
        served.end()


@pytest.fixture
def serve(tmp_path):
    with starting(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """The data of `served`: a folder that others may read, with a picture of earlier days in it."""
    folder = tmp_path_factory.mktemp("served") / "var"
    loose = folder / "pictures" / "from-before"
    loose.parent.mkdir(parents=True, mode=0o755)
    loose.touch(mode=0o644)
    return folder


@pytest.fixture(scope="module")
def served(var):
    """One bin/serve, for tests that only look at it."""
    with starting(var.parent) as start:
        before = os.umask(0o022)
        served = start("--port", "0")
        os.umask(before)
        for line in ("METEOR is at", "listens on"):
            served.has_said(line)
        served.hang.cancel()
        yield served


@pytest.fixture(scope="module")
def address(served):
    return served.has_said(r"METEOR is at (\S+)")[1]


def runs(process):
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def process_of(served, name):
    """The process id of what is called so; waits until it has been said."""
    return int(served.has_said(rf"The {name} runs \(process (\d+)\)")[1])


def status_of(address):
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return answer.status


def test_it_serves_restarts_what_died_without_its_orphans_and_stops_all(serve):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        served = serve("--port", "0", SIA_PORT=str(taken.getsockname()[1]))
        web = process_of(served, "web server")
        # In any order: two workers, and the answer of one of them.
        said = [served.until(r"Booting worker with pid: (\d+)|METEOR is at (\S+)").groups() for _ in range(3)]
        served.has_said("cannot listen on 127.0.0.1, port")
        # At once if its start alone took ten seconds: on a busy machine it has lived.
        served.has_said(r"The receiver ended by itself \(exit 1\); starting it again (in 1 s|at once)")
    workers = [int(worker) for worker, _ in said if worker]
    (address,) = (address for _, address in said if address)
    served.until("listens on 127.0.0.1, port")  # it is tried again, and the rest runs on
    ran = [web, *workers]

    os.kill(web, signal.SIGKILL)
    # It waits in the listening socket until gunicorn is there again; an orphan may still take it, and answers it.
    assert status_of(f"{address}/healthz") == 200
    served.until(r"The web server ended by itself \(signal 9\); starting it again (in \d s|at once)")
    ran.append(int(served.until(r"The web server runs \(process (\d+)\)")[1]))
    served.until(r"Booting worker with pid")
    assert not any(map(runs, (web, *workers)))
    assert status_of(f"{address}/healthz") == 200

    for name in ("scheduler", "receiver"):
        ran.append(int(re.findall(rf"The {name} runs \(process (\d+)\)", served.said)[-1]))
        os.kill(ran[-1], signal.SIGKILL)
        served.until(rf"The {name} ended by itself \(signal 9\); starting it again")
        ran.append(int(served.until(rf"The {name} runs \(process (\d+)\)")[1]))
    assert len(set(ran)) == 8

    served.process.send_signal(signal.SIGINT)
    assert served.end() == 0
    assert not any(map(runs, ran))
    assert "could not be rehearsed" not in served.said


def test_alarm_panels_are_answered_where_the_receiver_says(served):
    port = int(served.has_said(r"listens on 127\.0\.0\.1, port (\d+)")[1])
    nobody = Dialler("1234")
    with closing(Tcp(port)) as line:
        line.send(nobody.poll())
        assert nobody.read(line.receive()).word == "NAK"


def test_a_port_of_the_receiver_that_is_none_is_refused_by_name(serve):
    served = serve("--port", "0", SIA_PORT="nine")
    assert served.end() == 2
    assert "SIA_PORT: 'nine' is not a port; give a number from 0 to 65535" in served.said


def test_the_figures_are_those_of_all_its_processes(address):
    for _ in range(20):
        assert status_of(f"{address}/healthz") == 200
    with urllib.request.urlopen(f"{address}/metrics", timeout=PATIENCE) as answer:
        figures = answer.read().decode()
    [count] = re.findall(r'meteor_request_seconds_count\{endpoint="scheduler.healthz".* (\S+)', figures)
    assert float(count) == 21  # bin/serve asked too, before it gave the address


def test_it_ends_with_an_error_when_the_web_server_can_never_start(serve):
    served = serve("--port", "0", WEB_CONCURRENCY="many")
    scheduler = process_of(served, "scheduler")
    assert served.end() == 1
    assert re.search(r"The web server ended by itself \(exit \d\) before it answered\.\nMETEOR stops\.", served.said)
    assert not runs(scheduler)


def test_two_first_starts_at_once_make_one_demo_city_which_is_there_on_the_next_start(serve):
    both = [serve("--port", "0", METEOR_DEMO="1") for _ in range(2)]
    for served in both:
        served.until("The web server runs")  # the city was made before
        served.process.terminate()
        assert served.end() == 0
    assert "Traceback" not in both[0].said + both[1].said
    again = serve("--port", "0", METEOR_DEMO="1")
    again.until("The web server runs")
    for served in (*both, again):
        assert "petugas" in served.said
        assert "meteor-demo" in served.said


def test_a_port_that_is_taken_is_said_in_one_line(serve):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        served = serve(PORT=str(port))
        assert served.end() == 1
    assert served.said == f"serve: port {port} on 127.0.0.1 is taken; choose another: bin/serve --port {port + 1}\n"


@pytest.mark.parametrize("port", ["eight", "-1", "65536", "80.5"])
def test_a_port_that_is_none_is_refused_by_name(serve, port):
    served = serve(PORT=port)
    assert served.end() == 2
    assert f"argument --port: '{port}' is not a port; give a number from 0 to 65535" in served.said


def test_a_host_that_is_not_this_machine_is_said_in_one_line(serve):
    served = serve("--host", "no-such-host.invalid")
    assert served.end() == 1
    assert len(served.said.splitlines()) == 1
    assert "cannot listen on no-such-host.invalid" in served.said


def test_a_wrong_setting_stops_the_start_with_a_line_that_names_it(serve):
    served = serve("--port", "0", METEOR_DATABASE_URL="mysql://nobody")
    assert served.end() == 1
    assert "METEOR_DATABASE_URL must begin with" in served.said
    assert "Traceback" not in served.said


@pytest.mark.parametrize("script", ["bench", "lock", "serve", "test", "translate"])
def test_every_script_can_be_run_as_it_is(script):
    assert os.access(PROJECT / "bin" / script, os.X_OK)


def test_production_stops_at_once_when_a_setting_is_missing():
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0"],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("METEOR_")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert run.returncode == 1
    assert run.stderr.count("METEOR cannot start: METEOR_DATABASE_URL is missing") == 1


def test_what_it_writes_can_be_read_by_its_own_user_alone(address, var):
    with suppress(urllib.error.HTTPError):  # 503 while the scheduler starts; the database was written to
        urllib.request.urlopen(f"{address}/readyz", timeout=PATIENCE).close()
    written = {path: stat.S_IMODE(path.stat().st_mode) for path in [var, *var.rglob("*")]}
    assert {"meteor.db", "meteor.db-wal", "meteor.db.writer", "data_key", "static"} <= {path.name for path in written}
    assert {path: mode for path, mode in written.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}
