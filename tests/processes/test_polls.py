"""The gate for polls in real workers: an ended session and a change are known to all of them within two seconds."""

from time import monotonic
from typing import Any

from meteor.accounts.sessions import end_all
from meteor.incidents import timeline
from meteor.store.database import db, only_reading
from tests.cast import Cast
from tests.processes.conftest import Connection, Servers, until
from tests.scenes import report

SOON = 2.0
CONNECTIONS = 8  # on two workers


def polls(connections: list[Connection], v: int) -> list[int]:
    return [connection.ask("GET", f"/incidents/rows?v={v}", HX_Request="true").status for connection in connections]


def test_an_ended_session_is_served_by_no_worker_two_seconds_later(cast: Cast, servers: Servers) -> None:
    report(cast)
    servers.start_gunicorn()
    with only_reading():
        version, who = timeline.version(), cast.agus.id
    tablets = [Connection(servers.port, servers.cookie(who)) for _ in range(CONNECTIONS)]
    assert polls(tablets, version) == [204] * CONNECTIONS
    end_all(cast.agus, "by_admin")
    db.session.commit()
    ended = monotonic()
    until(lambda: polls(tablets, version) == [401] * CONNECTIONS, SOON)
    assert monotonic() - ended < SOON
    close(tablets)


def test_a_change_is_shown_by_every_worker_two_seconds_later(cast: Cast, servers: Servers) -> None:
    report(cast)
    servers.start_gunicorn()
    with only_reading():
        version, who = timeline.version(), cast.agus.id
    tablets = [Connection(servers.port, servers.cookie(who)) for _ in range(CONNECTIONS)]
    assert polls(tablets, version) == [204] * CONNECTIONS
    report(cast, "wahyu")
    db.session.commit()
    until(lambda: polls(tablets, version) == [200] * CONNECTIONS, SOON)
    shown: list[Any] = [tablet.ask("GET", f"/incidents/rows?v={version}").body for tablet in tablets]
    assert all(rows.count(b'<li class="queued') == 2 for rows in shown)
    close(tablets)


def close(tablets: list[Connection]) -> None:
    for tablet in tablets:
        tablet.close()
