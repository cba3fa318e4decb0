"""What one account, client or network may add in a day: each limit is refused by name, and starts anew at midnight."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from meteor.alerts import limits
from meteor.alerts import rules as alerts
from meteor.alerts.models import Alert, AlertFix
from meteor.broadcasts import rules as broadcast_rules
from meteor.calls import api as calls_api
from meteor.calls.views import console
from meteor.config import PROJECT
from meteor.evacuation.models import SafetyAnswer
from meteor.evacuation.views import answers as safety
from meteor.hazards import limits as hazard_limits
from meteor.incidents.models import Event
from meteor.integrations import api as integrations_api
from meteor.neighbourhood import view
from meteor.notices.models import Notice
from meteor.open311.rules import REQUESTS
from meteor.panic import contacts
from meteor.residents.models import Resident
from meteor.residents.views import files, register, sign_up
from meteor.rosters.views import own as roster_calendar
from meteor.rosters.views import swaps as shift_swaps
from meteor.sas.views import button
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.models import Quota
from meteor.store.moments import now
from meteor.store.quotas import Limit, LimitReached
from meteor.trackers import limits as tracker_limits
from tests.conftest import Browser
from tests.evacuation.places import flood
from tests.partners import Partner

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

FEW = Limit("few", 2, "things")
NOON = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)

EVERY = [
    limits.NOTES, limits.POSITIONS, limits.PLACES, limits.KINDS, limits.CANCELLATIONS, limits.RATINGS, limits.DRILLS,
    button.TESTS, sign_up.SIGN_UPS, sign_up.MOVES, files.IMPORTS, register.ENTRIES, view.PRESENCES,
    contacts.CHANGES, contacts.MESSAGED, sign_up.NEEDS,
    hazard_limits.REPORTS, hazard_limits.WITHOUT_ACCOUNT, hazard_limits.MESSAGES,
    broadcast_rules.NOTICES, broadcast_rules.ALARMS,
    safety.ANSWERS, safety.SEEN, roster_calendar.ADDRESSES, roster_calendar.SICK_CALLS, shift_swaps.OFFERS,
    tracker_limits.FIXES, REQUESTS, console.BY_HAND, calls_api.ANNOUNCED, integrations_api.REPORTED, alerts.PRESSES,
]  # fmt: skip


def use_up(owner: str, limit: Limit) -> None:
    """As if all of the day's limit had been used."""
    day = now().astimezone(quotas.WIB).date()
    db.session.merge(Quota(owner=owner, name=limit.name, day=day, used=limit.most))
    db.session.commit()


def test_as_many_fit_into_a_day_as_the_limit_says(app: Flask) -> None:
    assert [quotas.fits("user:1", FEW, NOON) for _ in range(4)] == [True, True, False, False]
    assert quotas.fits("user:2", FEW, NOON)
    with pytest.raises(LimitReached):
        quotas.spend("user:1", FEW, NOON)


def test_a_day_begins_at_midnight_in_the_city(app: Flask) -> None:
    last = datetime(2026, 11, 27, 16, 59, tzinfo=UTC)
    assert [quotas.fits("user:1", FEW, last) for _ in range(3)] == [True, True, False]
    assert quotas.fits("user:1", FEW, last + timedelta(minutes=1))


def test_days_that_are_over_are_forgotten(app: Flask) -> None:
    for days in range(4):
        quotas.spend("user:1", FEW, NOON + timedelta(days=days))
    quotas.forget(NOON + timedelta(days=3))
    assert db.session.scalar(select(func.count()).select_from(Quota)) == 3


def test_the_list_of_security_names_each_limit() -> None:
    page = (PROJECT / "docs" / "security.md").read_text()
    assert [each for each in EVERY if f"`{each.name}` | {each.most:,} " not in page] == []


@pytest.fixture
def raised(app: Flask, as_user: AsUser) -> Alert:
    """Sari's alert."""
    as_user("sari").post("/alerts", data={"id": str(uuid4()), "kind": "fire"})
    return db.session.scalars(select(Alert)).one()


OF_AN_ALERT = [
    (limits.NOTES, "notes", {"note": "Ada asap"}), (limits.KINDS, "kind", {"kind": "crime"}),
    (limits.POSITIONS, "position", {"latitude": "-7.7", "longitude": "113.2"}),
    (limits.CANCELLATIONS, "cancellation", {"reason": "safe"}),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "address", "form"), OF_AN_ALERT, ids=[each[1] for each in OF_AN_ALERT])
def test_what_is_said_about_an_alert_is_refused_beyond_its_limit(
    as_user: AsUser, raised: Alert, limit: Limit, address: str, form: dict[str, str]
) -> None:
    sari, events = as_user("sari"), count(Event)
    use_up(f"user:{raised.reporter_id}", limit)
    refused(sari.post(f"/alerts/{raised.id}/{address}", data=form), limit)
    assert (count(Event), count(AlertFix)) == (events, 0)


def test_help_here_beyond_its_limit_rings_and_keeps_nothing(as_user: AsUser, raised: Alert) -> None:
    sari, events = as_user("sari"), count(Event)
    use_up(f"user:{raised.reporter_id}", limits.PLACES)
    where = {"latitude": "-7.7", "longitude": "113.2", "accuracy": "5", "words": "Alun-alun"}
    assert sari.post(f"/alerts/{raised.id}/place", data=where).status_code == 303
    assert (count(Event), count(AlertFix)) == (events, 0)
    assert db.session.scalars(select(Notice.kind).where(Notice.kind == "needs_help_here")).all()


def test_a_rating_is_refused_beyond_its_limit(as_user: AsUser, raised: Alert) -> None:
    use_up(f"user:{raised.reporter_id}", limits.RATINGS)
    refused(as_user("sari").post(f"/alerts/{raised.id}/rating", data={"stars": "5"}), limits.RATINGS)


@pytest.mark.parametrize(
    ("username", "limit", "address"),
    [
        ("sari", limits.DRILLS, "/drills"),
        ("maya", console.BY_HAND, "/calls"),
    ],
)
def test_others_are_refused_beyond_their_limit(
    as_user: AsUser, cast: Any, username: str, limit: Limit, address: str
) -> None:
    use_up(f"user:{getattr(cast, username).id}", limit)
    refused(as_user(username).post(address, data={"id": str(uuid4())}), limit)


def test_an_answer_to_a_warning_is_refused_beyond_its_limit(as_user: AsUser, cast: Any) -> None:
    warning = flood("Mayangan").id
    use_up(f"user:{cast.sari.id}", safety.ANSWERS)
    refused(as_user("sari").post(f"/warnings/{warning}/safety", data={"answer": "safe"}), safety.ANSWERS)
    sari = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    use_up(f"user:{cast.endang.id}", safety.SEEN)
    refused(as_user("endang").post(f"/safety/{warning}/residents/{sari.id}/seen"), safety.SEEN)
    assert count(SafetyAnswer) == 0


@pytest.mark.parametrize(
    ("limit", "address", "body"),
    [
        (calls_api.ANNOUNCED, "/api/v1/calls",
         {"caller": "081330000009", "received_at": "2026-11-27T12:00:00+07:00", "reference": "a-1"}),
        (integrations_api.REPORTED, "/api/v1/incidents", {"type": "fire", "phone": "081330000009", "place": "Pasar"}),
    ],
)  # fmt: skip
def test_a_client_is_refused_beyond_its_limit(
    partner: Partner, limit: Limit, address: str, body: dict[str, str]
) -> None:
    use_up(f"client:{partner.id}", limit)
    answer = partner.post(address, body)
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert f"{limit.most}" in answer.json["detail"]
    assert 0 < int(answer.headers["Retry-After"]) <= 24 * 3600


def test_a_press_beyond_its_limit_is_taken_with_little_text(as_user: AsUser, raised: Alert) -> None:
    use_up(f"user:{raised.reporter_id}", alerts.PRESSES)
    sari, pressed = as_user("sari"), str(uuid4())
    answer = sari.post("/alerts", data={"id": pressed, "kind": "x" * 2000, "note": "a" * 2000})
    assert answer.status_code == 303
    kept = db.session.scalars(select(Alert).where(Alert.id != raised.id)).one()
    assert (str(kept.id), len(kept.note), kept.given, "reduced" in kept.flags) == (pressed, 200, {}, True)
    assert "200 karakter pertama" in sari.get(f"/alerts/{pressed}").text


def test_of_a_press_of_a_megabyte_four_thousand_characters_are_kept_and_its_reporter_is_told(as_user: AsUser) -> None:
    sari, long = as_user("sari"), "🔥" * 10_000
    names = ("id", "kind", "latitude", "longitude", "accuracy", "position_age", "note")
    assert sari.post("/alerts", data=dict.fromkeys(names, long)).status_code == 303
    kept = db.session.scalars(select(Alert)).one()
    assert len(kept.note) + sum(map(len, kept.given.values())) == 4000
    assert {"text_cut", "note_cut"} <= set(kept.flags)
    assert "2.000 karakter pertama yang disimpan" in sari.get(f"/alerts/{kept.id}").text


def refused(answer: TestResponse, limit: Limit) -> None:
    assert answer.status_code == 429
    assert f"{limit.most} " in answer.text
    assert str(limit.words) in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 24 * 3600


def count(model: type[Any]) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(model)) or 0
