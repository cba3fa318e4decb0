"""The gate for polls: what it answers itself, for whom, how soon it learns, and what it leaves to Flask."""

import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse, create_environ

from meteor.accounts.models import UserRole
from meteor.accounts.seen import seen
from meteor.accounts.sessions import end_all
from meteor.agencies.models import Agency, Member
from meteor.alerts.rules import IncomingAlert, receive
from meteor.incidents import timeline
from meteor.store.database import db, only_reading
from meteor.store.moments import now
from meteor.web import poll_cache
from meteor.web.kept_answers import MOST
from meteor.web.repeats import REPEATABLE, UNCHANGED, Again
from tests.cast import HOME, Cast
from tests.web.gates import by_gate, cookie, serving

Poll = Callable[..., TestResponse]
QUEUED = '<li class="queued'
ROWS = "/incidents/rows"


class Clock:
    """The gate's seconds, which pass when a test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(poll_cache, "monotonic", clock)
    return clock


@pytest.fixture
def site(app: Flask, cast: Cast, clock: Clock) -> Iterator[Flask]:
    """METEOR as it is served, on the cast's database, with one incident in the police's queue."""
    press(cast)
    with serving(app) as site:
        yield site


def cache_of(site: Flask) -> poll_cache.PollCache:
    assert isinstance(site.wsgi_app, poll_cache.PollCache)
    return site.wsgi_app


@pytest.fixture
def poll(site: Flask) -> Poll:
    """`poll("agus", version)` asks for the queue's rows as Agus's page does. All have signed in before."""
    cookies = {who: cookie(site, who) for who in ("agus", "bayu", "dewi", "komang", "maya", "sari", "endang", "tuti",
                                                  "toko", "yusuf", "")}  # fmt: skip

    def ask(who: str, v: object, address: str = ROWS, method: str = "GET", **headers: str) -> TestResponse:
        asked = f"{address}{'&' if '?' in address else '?'}v={v}"
        browser = site.test_client(use_cookies=False)
        return browser.open(asked, method=method, headers={"HX-Request": "true", "Cookie": cookies[who]} | headers)

    return ask


def press(cast: Cast, who: str = "sari", kind: str = "emergency") -> None:
    receive(
        IncomingAlert(uuid4(), "panic", kind, getattr(cast, who).id, latitude=HOME[0], longitude=HOME[1], accuracy=9.0),
        now(),
    )
    db.session.commit()


def newest() -> int:
    with only_reading():
        return timeline.version()


@pytest.mark.parametrize("who", ["agus", "komang", "maya"])
def test_nothing_new_is_said_in_front_of_flask(poll: Poll, who: str) -> None:
    answer = poll(who, newest())
    assert by_gate(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == b""


def test_another_parameter_does_not_hide_the_version(poll: Poll) -> None:
    assert by_gate(poll("agus", newest(), f"{ROWS}?page=2"))


@pytest.mark.parametrize("v", ["", "0", "1", "-1", "x", "999999", "²"])
def test_any_other_version_gets_the_rows(poll: Poll, v: str) -> None:
    answer = poll("agus", v)
    assert answer.status_code == 200
    assert f'data-version="{newest()}"' in answer.text


@pytest.mark.parametrize(
    ("who", "status"), [("sari", 403), ("endang", 403), ("tuti", 403), ("toko", 403), ("", 401)]
)  # fmt: skip
def test_whom_the_address_does_not_admit_learns_nothing_from_the_version(poll: Poll, who: str, status: int) -> None:
    assert poll("agus", newest()).status_code == 204
    assert poll(who, newest()).status_code == status


@pytest.mark.parametrize("cookie", ["meteor=x", "meteor=eyJfdXNlcl9pZCI6IjY6MSJ9.awVfzw.AAAA", "other=1", "meteor="])
def test_a_forged_session_is_left_to_flask(site: Flask, cookie: str) -> None:
    assert ask_with(site, cookie, newest()).status_code == 401


def test_a_cookie_that_was_made_long_ago_or_is_yet_to_be_made_stays_good(poll: Poll, site: Flask) -> None:
    held, version = {}, newest()
    for days in (-400, 400):  # the server's clock was wrong then, or is wrong now
        with time_machine.travel(now() + timedelta(days=days)):
            held[days] = cookie(site, "agus")
    assert [by_gate(ask_with(site, cookie, version)) for cookie in held.values()] == [True, True]


@pytest.mark.parametrize(("more", "noted"), [("supervisor", 1), ("admin", 0)])
def test_a_session_that_the_gate_answers_is_in_use_unless_an_admin_has_to_click(
    site: Flask, cast: Cast, more: str, noted: int
) -> None:
    db.session.add(UserRole(user_id=cast.komang.id, role=more))
    db.session.commit()
    held = cookie(site, "komang")
    seen.reset()
    assert by_gate(ask_with(site, held, newest()))
    assert len(seen._keys) == noted


def test_an_ended_session_is_not_served_a_second_later(site: Flask, cast: Cast, clock: Clock) -> None:
    held, version = cookie(site, "agus"), newest()
    assert by_gate(ask_with(site, held, version))
    end_all(cast.agus, "by_admin")
    clock.seconds += poll_cache.FRESH_SECONDS
    assert ask_with(site, held, version).status_code == 401


def ask_with(site: Flask, cookie: str, v: int) -> TestResponse:
    stranger = site.test_client(use_cookies=False)
    return stranger.get(f"{ROWS}?v={v}", headers={"Cookie": cookie, "HX-Request": "true"})


def test_a_disabled_user_is_not_served_a_second_later(poll: Poll, cast: Cast, clock: Clock) -> None:
    version = newest()
    assert poll("agus", version).status_code == 204
    cast.agus.active = False
    db.session.commit()
    clock.seconds += poll_cache.FRESH_SECONDS
    assert poll("agus", version).status_code == 401


def test_a_change_shows_a_second_later_at_most(poll: Poll, cast: Cast, clock: Clock) -> None:
    version = newest()
    assert poll("agus", version).status_code == 204
    press(cast, "wahyu")
    clock.seconds += poll_cache.FRESH_SECONDS
    answer = poll("agus", version)
    assert answer.status_code == 200
    assert answer.text.count(QUEUED) == 2


def test_within_the_second_nothing_is_asked(poll: Poll, site: Flask, clock: Clock) -> None:
    gate = cache_of(site)
    asked = []
    gate._version = lambda: asked.append(1) or 7  # type: ignore[func-returns-value]
    for _ in range(20):
        clock.seconds += 0.04
        assert by_gate(poll("agus", 7))
    assert len(asked) == 1


def unchanged(site: Flask, clock: Clock, *names: str) -> list[Again]:
    """Of everyone who signs in here, and hears that nothing is new: how their next polls are answered."""
    cookies = [cookie(site, who) for who in names]
    clock.seconds += poll_cache.FRESH_SECONDS
    fields = [{"Cookie": cookie, "Accept-Encoding": "gzip"} for cookie in cookies]
    asked = [create_environ(f"{ROWS}?v={newest()}", headers=each) for each in fields]
    for each in asked:
        site.wsgi_app(each, lambda status, headers: None)  # type: ignore[arg-type,return-value]
    return [each[REPEATABLE] for each in asked]


def test_an_answer_holds_for_its_second_and_its_session_is_in_use(site: Flask, clock: Clock) -> None:
    (again,) = unchanged(site, clock, "agus")
    version = str(newest())
    seen.reset()
    clock.seconds += poll_cache.FRESH_SECONDS * 0.9
    assert again(version) == UNCHANGED
    assert len(seen._keys) == 1
    clock.seconds += poll_cache.FRESH_SECONDS * 0.1
    assert again(version) is None, "somebody has to look"


def test_an_answer_holds_no_longer_once_there_is_news_or_its_session_is_over(
    site: Flask, poll: Poll, cast: Cast, clock: Clock
) -> None:
    polls, version = unchanged(site, clock, "agus", "bayu"), str(newest())
    end_all(cast.agus, "by_admin")
    db.session.commit()
    clock.seconds += poll_cache.FRESH_SECONDS
    poll("bayu", newest())
    assert [again(version) for again in polls] == [None, UNCHANGED]
    press(cast, "tuti")
    clock.seconds += poll_cache.FRESH_SECONDS
    poll("bayu", newest())
    assert [again(version) for again in polls] == [None, None]


def test_what_another_reader_got_is_at_hand_for_those_who_see_the_same(
    site: Flask, poll: Poll, cast: Cast, clock: Clock
) -> None:
    police, fire = unchanged(site, clock, "agus", "dewi")
    version = str(newest())
    press(cast, "tuti")
    clock.seconds += poll_cache.FRESH_SECONDS
    rendered = poll("bayu", version)
    for shown in (version, "0"):
        answer = police(shown)
        assert answer is not None
        assert gzip.decompress(answer.body) == rendered.data
        assert dict(answer.headers)["Content-Length"] == str(len(answer.body))
    assert [police(shown) for shown in (str(newest()), "", "x", "9" * 9)] == [UNCHANGED, None, None, None]
    assert fire(version) is None, "nobody has rendered it yet"


def test_who_sees_the_same_gets_what_was_rendered_for_another(poll: Poll) -> None:
    first, second = poll("agus", 0), poll("bayu", 0)
    assert first.text == second.text
    assert "Set-Cookie" not in second.headers
    assert second.headers["Cache-Control"] == "no-store"
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_what_is_kept_is_given_without_asking_flask(poll: Poll, site: Flask) -> None:
    poll("agus", 0)
    gate = cache_of(site)
    gate._behind = None  # type: ignore[assignment]
    assert poll("bayu", 0).status_code == 200


def test_another_agency_and_another_language_see_their_own(poll: Poll, cast: Cast) -> None:
    cast.bayu.language = "en"
    db.session.commit()
    police, fire, english, command = (poll(who, 0).text for who in ("agus", "dewi", "bayu", "komang"))
    assert police.count(QUEUED) == command.count(QUEUED) == 1
    assert fire.count(QUEUED) == 0
    assert "kejadian terbuka" in police
    assert "kejadian terbuka" not in english


def test_a_crew_that_has_just_changed_agency_does_not_show_the_new_one_to_the_old(poll: Poll, cast: Cast) -> None:
    poll("komang", 0)  # the gate has looked: Agus is with the police
    db.session.execute(update(Member).where(Member.user_id == cast.agus.id).values(agency_id=agency("DAMKAR")))
    db.session.commit()
    assert QUEUED not in poll("agus", 0).text  # Flask knows better already: the fire brigade's queue
    assert QUEUED in poll("bayu", 0).text


def agency(code: str) -> int:
    found: int = db.session.scalars(db.select(Agency.id).where(Agency.code == code)).one()
    return found


def test_a_browser_that_can_unpack_gets_it_packed(poll: Poll) -> None:
    plain = poll("agus", 0)
    packed = poll("bayu", 0, **{"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def asked_and_kept(site: Flask) -> set[str]:
    """What was asked, apart from the version, with the answers that are kept."""
    return {asked for _, asked, _ in cache_of(site)._kept._kept}


def test_what_is_asked_with_more_than_the_version_is_kept_apart(poll: Poll, site: Flask) -> None:
    assert poll("agus", 0, f"{ROWS}?other=1").status_code == 200
    assert asked_and_kept(site) == {"other=1"}


def test_no_more_answers_are_kept_than_have_their_place(poll: Poll, site: Flask) -> None:
    for number in range(MOST + 2):
        poll("agus", 0, f"{ROWS}?other={number}")
    assert asked_and_kept(site) == {f"other={number}" for number in range(2, MOST + 2)}


def test_boards_with_the_same_filter_get_one_answer_and_others_their_own(poll: Poll, site: Flask) -> None:
    poll("komang", 0, "/board/incidents?priority=1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache_of(site), "_behind", None)
        assert poll("yusuf", 0, "/board/incidents?priority=1").status_code == 200
    assert "line-" not in poll("yusuf", 0, "/board/incidents?priority=4").text


@pytest.mark.parametrize("asked", ["page=2", "group=1-2-3", "page=2&v=0", "x", "v"])
def test_another_page_is_nobodys_first(poll: Poll, site: Flask, asked: str) -> None:
    site.test_client(use_cookies=False).get(f"{ROWS}?{asked}", headers={"Cookie": cookie(site, "agus")})
    assert "" not in asked_and_kept(site)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 204), ("POST", 405)])
def test_another_method_is_left_to_flask(poll: Poll, method: str, status: int) -> None:
    answer = poll("agus", newest(), method=method)
    assert answer.status_code == status
    assert "Content-Security-Policy" in answer.headers


def test_when_the_gate_cannot_look_flask_answers(
    poll: Poll, site: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    gate = cache_of(site)
    gate._version = lambda: 1 // 0
    for _ in range(5):
        answer = poll("agus", newest())
        assert answer.status_code == 204
        assert "Content-Security-Policy" in answer.headers
    assert len(caplog.records) == 1
    gate._version = timeline.version
    clock.seconds += poll_cache.FRESH_SECONDS
    assert by_gate(poll("agus", newest()))
