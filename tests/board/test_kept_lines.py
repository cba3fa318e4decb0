"""Lines of the board that are kept: they say what they would if they were rendered now, for every role and language."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.agencies.models import Capability
from meteor.agencies.positions import STALE, report_position
from meteor.board import watch
from meteor.board.views import panes
from meteor.dispatch import override, rules
from meteor.dispatch.models import Assignment
from meteor.incidents import rules as incidents
from meteor.incidents.models import Incident
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now, turn_start
from meteor.web.poll_cache import PollCache
from meteor.web.renderings import Renderings
from tests.board.test_board import version
from tests.calls.switchboard import rings
from tests.cast import HOME, Cast
from tests.scenes import on_duty, report
from tests.web.gates import by_gate, cookie, serving

PANES = ("/board/incidents", "/board/incidents?priority=1", "/board/units")
READERS = ("komang", "hadi", "yusuf")
"""A dispatcher, a supervisor and the chief."""

TIMES = 3
"""How often each of `changes` happens."""

QUIET = 1
"""The incident to which nothing happens but notes."""

Ask = Callable[..., TestResponse]


@pytest.fixture
def site(app: Flask, cast: Cast) -> Iterator[Flask]:
    """METEOR as it is served, with three incidents and a unit on duty; the chief reads English."""
    cast.yusuf.language = "en"
    on_duty(cast, "agus", "TRAIL-01")
    for who, kind in (("sari", "emergency"), ("wahyu", "fire"), ("sari", "medical")):
        report(cast, who, kind)
    with serving(app) as site:
        yield site


@pytest.fixture
def ask(site: Flask) -> Ask:
    cookies = {who: cookie(site, who) for who in READERS}

    def of(who: str, address: str, v: str = "0") -> TestResponse:
        asked = f"{address}{'&' if '?' in address else '?'}v={v}"
        headers = {"HX-Request": "true", "Cookie": cookies[who]}
        return site.test_client(use_cookies=False).get(asked, headers=headers)

    return of


def test_a_kept_line_says_what_it_would_if_it_were_rendered_now(site: Flask, cast: Cast, ask: Ask) -> None:
    random, order = Random(7), list(range(len(changes(Random(7), cast)))) * TIMES
    random.shuffle(order)
    assert isinstance(site.wsgi_app, PollCache)
    for change in order:
        changes(random, cast)[change]()
        incidents.note(db.session.get_one(Incident, QUIET), "-", now(), cast.komang)  # newer, no other line
        db.session.commit()
        with time_machine.travel(now(), tick=False), pytest.MonkeyPatch.context() as patch:
            patch.setattr(site, "wsgi_app", site.wsgi_app._behind._behind)  # the cache would look in a second
            for who in random.sample(READERS, 3):
                for address in PANES:
                    kept = ask(who, address).text
                    with pytest.MonkeyPatch.context() as anew:
                        anew.setattr(panes, "renderings", Renderings())
                        anew.setattr(panes, "lines", Renderings())
                        assert without_ages(kept) == without_ages(ask(who, address).text), (who, address)


def without_ages(page: str) -> str:
    """A page without what the browser says by itself: how old something is, and whether that is late."""
    return re.sub(r"( data-late)?>[\d:]+</time>", "></time>", page)


def changes(random: Random, cast: Cast) -> list[Callable[[], object]]:
    """What a line says, changed in every way, with an event of its incident or without one."""
    incident = random.choice(db.session.scalars(select(Incident).where(Incident.is_open, Incident.id != QUIET)).all())
    name = f"Nama {random.random():.3f}"
    job = db.session.scalars(select(Assignment).where(Assignment.status == "offered")).first()
    return [
        lambda: override.take_over(incident, now(), random.choice([cast.komang, cast.hadi])),
        lambda: setattr(incident.type, "name_id", name),
        lambda: setattr(incident.type, "name_en", name),
        lambda: setattr(incident.kelurahan, "name", name),
        lambda: [setattr(it, "name_id", name) for it in db.session.scalars(select(Capability))],
        lambda: [setattr(who, "name", f"{name} {who.id}") for who in (cast.komang, cast.hadi, cast.agus)],
        lambda: [
            setattr(it, "verified_at", random.choice([now(), None])) for it in db.session.scalars(select(Resident))
        ],
        lambda: rules.accept(job, now(), cast.agus) if job else None,
        lambda: report(cast, random.choice(["sari", "wahyu"]), random.choice(["crime", "other"])),
        lambda: report_position(cast.unit("TRAIL-01"), HOME[0], HOME[1] + random.random() / 100, 8.0, now(), now()),
        lambda: setattr(incident, "flags", random.sample(["unconfirmed", "no_position", "home_position"], 2)),
    ]


def test_only_lines_whose_content_has_changed_are_rendered(site: Flask, cast: Cast, ask: Ask) -> None:
    assert isinstance(site.wsgi_app, PollCache)
    rendered: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "wsgi_app", site.wsgi_app._behind._behind)
        ask("komang", PANES[0])
        patch.setattr(panes.queues, "rows", lambda ids, rows=panes.queues.rows: rendered.append(ids) or rows(ids))
        incident = db.session.scalars(select(Incident).where(Incident.is_open)).first()
        assert incident is not None
        incidents.note(incident, "Pintu terbuka", now(), cast.komang)
        db.session.commit()
        ask("hadi", PANES[0])
    assert rendered == [[incident.id]]


def test_a_kept_line_names_the_officer_in_danger_and_their_unit_as_they_are_called_now(
    site: Flask, cast: Cast, ask: Ask
) -> None:
    endangered = db.session.scalars(select(Incident).where(Incident.is_open, Incident.id != QUIET)).first()
    assert endangered is not None
    endangered.source, endangered.reporter = "officer", cast.agus
    endangered.endangered_unit, endangered.endangered_at = cast.unit("TRAIL-01"), now()
    assert isinstance(site.wsgi_app, PollCache)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "wsgi_app", site.wsgi_app._behind._behind)
        for name, call_sign in (("Agus Santoso", "TRAIL-01"), ("Agus Wijaya", "TRAIL-01"), ("Agus Wijaya", "TRAIL-91")):
            cast.agus.name, endangered.endangered_unit.call_sign = name, call_sign
            incidents.note(db.session.get_one(Incident, QUIET), "-", now(), cast.komang)  # newer, no other line
            db.session.commit()
            assert f"{name}, {call_sign}" in ask("komang", PANES[0]).text


@pytest.mark.parametrize("address", ["/board/units", "/board/strip"])
def test_what_one_reader_was_shown_is_given_to_those_alike_without_asking_flask(
    site: Flask, ask: Ask, address: str
) -> None:
    first = ask("komang", address)
    with pytest.MonkeyPatch.context() as patch:
        assert isinstance(site.wsgi_app, PollCache)
        patch.setattr(site.wsgi_app._behind, "_behind", None)
        assert ask("hadi", address).text == first.text
        with pytest.raises(TypeError):
            ask("yusuf", address)  # in another language


def test_the_chief_is_never_given_a_callers_number_that_a_dispatcher_was_shown(
    site: Flask, cast: Cast, ask: Ask
) -> None:
    cast.yusuf.language = "id"
    rings("081234567890")
    db.session.commit()
    assert "0812-3456-7890" in ask("komang", "/board/strip").text
    for _ in range(2):
        assert "0812-3456-7890" not in ask("yusuf", "/board/strip").text
    assert "0812-3456-7890" in ask("hadi", "/board/strip").text


def test_a_page_is_never_set_back_to_units_as_they_were_before(cast: Cast, ask: Ask) -> None:
    at = turn_start(now(), 60) + timedelta(minutes=1)
    cast.unit("TRAIL-01").position_at = at + timedelta(seconds=20) - STALE
    db.session.commit()
    with time_machine.travel(at, tick=False):
        before = version(ask("komang", "/board/units").text)
    with time_machine.travel(at + timedelta(seconds=40), tick=False):
        page = ask("hadi", "/board").text
        assert before not in page
        assert version(ask("hadi", "/board/units").text) in page


@pytest.mark.parametrize("address", ["/board/units", "/board/strip", "/board/status"])
def test_an_unchanged_board_is_answered_in_front_of_flask(ask: Ask, address: str) -> None:
    shown = ask("komang", address).text.split('data-version="')[1].split('"')[0]
    assert by_gate(ask("komang", address, shown))


def test_the_bar_of_whom_a_hand_over_waits_for_changes_and_that_of_others_does_not(cast: Cast, ask: Ask) -> None:
    watch.take(cast.komang, now())
    db.session.commit()
    shown = {who: ask(who, "/board/status").text.split('data-version="')[1].split('"')[0] for who in READERS}
    watch.hand_over(cast.komang, cast.hadi, "Tenang", now(), named=lambda it: it.name_id)
    db.session.commit()
    assert [ask(who, "/board/status", shown[who]).status_code for who in READERS] == [204, 200, 204]
