"""The scheduler killed while it tells of a warning and pushes it: nobody is left out, and nobody is told twice."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import ColumnElement, delete, func, insert, select, update

from meteor.accounts.models import User, UserRole, UserSession
from meteor.notices import push
from meteor.notices.models import Notice, PushSubscription
from meteor.residents.models import Resident
from meteor.scheduler.destination_queues import MOST_CLAIMED, WIDTH
from meteor.scheduler.models import Lease
from meteor.store.database import db
from meteor.store.models import OutboxItem
from meteor.store.moments import now
from meteor.warnings.models import HazardWarning
from tests.cast import Cast
from tests.integrations.receiver import receiving
from tests.notices.push_service import Device, PushService
from tests.processes.conftest import Servers, count, rows, until
from tests.warnings.scenes import publish

RESIDENTS = 400
TOLD_KILLS, PUSHED_KILLS = 2, 3
APART = 400
"""Distance of two residents' ids: telling takes many windows and turns, and a kill falls between or inside them."""

PUBLIC = "tests.processes.public"
DEVICE = Device("")


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushService]:
    """A push service on this machine."""
    with receiving(tmp_path_factory.mktemp("push")) as server:
        server.status = 201
        yield PushService(server)


@pytest.fixture
def residents(cast: Cast, service: PushService) -> Sequence[int]:
    """Residents of Mayangan with an account and a device each: their ids."""
    home = db.session.scalars(select(Resident.household_id).where(Resident.user_id == cast.sari.id)).one()
    first = (db.session.scalars(select(func.max(User.id))).one() // APART + 1) * APART
    ids = range(first, first + RESIDENTS * APART, APART)
    names = [{"id": who, "username": f"citizen-{who}", "name": f"Warga {who}"} for who in ids]
    db.session.execute(insert(User), names)
    db.session.execute(insert(UserRole), [{"user_id": who, "role": "citizen"} for who in ids])
    lives = {"household_id": home, "verified_at": now()}
    db.session.execute(
        insert(Resident), [{"id": uuid4(), "user_id": who, "name": f"Warga {who}", **lives} for who in ids]
    )
    _turn_push_on(ids, service)
    db.session.commit()
    return ids


def test_a_scheduler_that_is_killed_while_it_tells_of_a_warning_leaves_nobody_out_and_tells_nobody_twice(
    residents: Sequence[int], service: PushService, servers: Servers
) -> None:
    servers.environment["SSL_CERT_FILE"] = str(service.server.trusted)
    warning, received, random = publish("Mayangan").id, service.server.received, Random(41)
    told = sorted(random.sample(range(residents[-1] // 3), TOLD_KILLS))
    pushed = sorted(random.sample(range(RESIDENTS - 100), PUSHED_KILLS))
    for number in told:
        _live_until(servers, lambda number=number: _told_up_to(warning) > number)  # type: ignore[misc]
        assert _told_up_to(warning) < residents[-1]
    for number in pushed:
        _live_until(servers, lambda number=number: len(received) > number)  # type: ignore[misc]
    assert len(received) < RESIDENTS
    servers.start_scheduler(PUBLIC)
    until(lambda: _is_told(warning) and not count(select(OutboxItem.id).where(OutboxItem.done_at.is_(None))))
    _everybody_has_one_notice(residents, warning)
    _every_device_shows_one_message(residents, service)


def _live_until(servers: Servers, moment: Callable[[], bool]) -> None:
    """Let a scheduler live until this moment; what it had taken is due again, as when its leases have run out."""
    scheduler = servers.start_scheduler(PUBLIC)
    until(moment)
    servers.kill(scheduler)
    db.session.execute(delete(Lease))
    db.session.execute(update(OutboxItem).where(OutboxItem.done_at.is_(None)).values(due_at=now()))
    db.session.commit()


def _everybody_has_one_notice(residents: Sequence[int], warning_id: int) -> None:
    """Each resident was told once, and METEOR counts one device that was reached for each."""
    notices = rows(select(Notice.user_id, Notice.devices, Notice.pushed, Notice.unpushed).where(_of(warning_id)))
    assert Counter(user for user, *_ in notices if user in set(residents)) == dict.fromkeys(residents, 1)
    assert Counter(tuple(found) for user, *found in notices if user in set(residents)) == {(1, 1, 0): RESIDENTS}


def _every_device_shows_one_message(residents: Sequence[int], service: PushService) -> None:
    """Each device was sent the message, twice only if a scheduler was killed before it could note the first.

    Each of WIDTH threads notes MOST_CLAIMED messages together, so a kill repeats those at most. All of a device have
    one Topic, which the push service replaces by, and one tag, which the device does.
    """
    sent: dict[str, list[str]] = {f"/push/{who}": [] for who in residents}
    for headers, _ in service.server.received:
        sent[headers["path"]].append(headers["topic"])
    begun = dict(rows(select(OutboxItem.payload["device_id"].as_integer(), OutboxItem.attempts)
                      .where(OutboxItem.topic == push.DEVICE)))  # fmt: skip
    attempts = {urlsplit(endpoint).path: begun[device] for device, endpoint in rows(
        select(PushSubscription.id, PushSubscription.endpoint))}  # fmt: skip
    assert [path for path, topics in sent.items() if not 1 <= len(topics) <= attempts[path]] == []
    assert sum(len(topics) - 1 for topics in sent.values()) <= WIDTH * MOST_CLAIMED * PUSHED_KILLS
    assert [path for path, topics in sent.items() if len(set(topics)) > 1] == []
    tags = {path: {said["tag"] for said in _read(service, path)} for path, topics in sent.items() if len(topics) > 1}
    assert [path for path, found in tags.items() if len(found) > 1] == []


def _read(service: PushService, path: str) -> list[dict[str, Any]]:
    """What the device at this path reads."""
    return [json.loads(DEVICE.read(body)) for headers, body in service.server.received if headers["path"] == path]


def _turn_push_on(users: Sequence[int], service: PushService) -> None:
    """A session and a device for each; the devices share their keys, which saves making as many."""
    first = (db.session.scalar(select(func.max(UserSession.id))) or 0) + 1
    minutes = {"last_minute": 24 * 60, "due_minute": 24 * 60, "proved_minute": 0, "device": "Chrome · Android"}
    sessions = [{"id": first + at, "key": f"key-{who}", "user_id": who, **minutes} for at, who in enumerate(users)]
    db.session.execute(insert(UserSession), sessions)
    keys = DEVICE.form | {"service": "localhost", "device": "Chrome · Android"}
    places = [{**keys, "endpoint": f"{service.origin}/push/{each['user_id']}"} for each in sessions]
    ids = [{"user_id": each["user_id"], "session_id": each["id"]} for each in sessions]
    db.session.execute(insert(PushSubscription), [place | mine for place, mine in zip(places, ids, strict=True)])


def _told_up_to(warning_id: int) -> int:
    return int(rows(select(HazardWarning.told_up_to).where(HazardWarning.id == warning_id))[0][0])


def _is_told(warning_id: int) -> bool:
    return rows(select(HazardWarning.told_at).where(HazardWarning.id == warning_id))[0][0] is not None


def _of(warning_id: int) -> ColumnElement[bool]:
    return Notice.key.startswith(f"warning:{warning_id}:")
