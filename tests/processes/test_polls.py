"""The gate for polls in real workers: an ended session and a change are known to all of them within two seconds."""

from time import monotonic
from typing import Any

import pytest

from meteor.accounts.sessions import end_all
from meteor.incidents import timeline
from meteor.store.database import db, only_reading
from tests.cast import Cast
from tests.processes.conftest import Connection, Servers
from tests.scenes import report

pytestmark = [pytest.mark.both_databases, pytest.mark.alone]

SOON = 2.0
CONNECTIONS = 8  # on two workers


def polls(connections: list[Connection], v: int) -> list[int]:
    return [connection.ask("GET", f"/incidents/rows?v={v}", HX_Request="true").status for connection in connections]


def soon_answered(connections: list[Connection], v: int, status: int) -> None:
    """Poll until all are answered so. Each poll that is sent later than SOON after the change must be."""
    changed = sent = monotonic()
    while polls(connections, v) != [status] * CONNECTIONS:
        assert sent - changed < SOON
        sent = monotonic()


def test_a_change_and_an_ended_session_are_known_to_every_worker_two_seconds_later(
    cast: Cast, servers: Servers
) -> None:
    report(cast)
    servers.start_gunicorn()
    with only_reading():
        version, who = timeline.version(), cast.agus.id
    tablets = [Connection(servers.port, servers.cookie(who)) for _ in range(CONNECTIONS)]
    assert polls(tablets, version) == [204] * CONNECTIONS

    report(cast, "wahyu")
    db.session.commit()
    soon_answered(tablets, version, 200)
    shown: list[Any] = [tablet.ask("GET", f"/incidents/rows?v={version}").body for tablet in tablets]
    assert all(rows.count(b'<li class="queued') == 2 for rows in shown)

    with only_reading():
        version = timeline.version()
    soon_answered(tablets, version, 204)
    end_all(cast.agus, "by_admin")
    db.session.commit()
    soon_answered(tablets, version, 401)
    for tablet in tablets:
        tablet.close()
