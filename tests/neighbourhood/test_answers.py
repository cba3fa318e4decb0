"""The banner of called neighbours on every page of theirs, and what they answer."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from meteor.accounts.models import UserRole
from meteor.alerts import cancelling
from meteor.dispatch import rules as dispatch
from meteor.incidents import rules as incidents
from meteor.incidents.models import Event, Incident
from meteor.neighbourhood import answers, safety
from meteor.residents import helping
from meteor.store.database import db
from meteor.store.moments import now
from tests.alerts.neighbours import alarm, alert_of, mark, told
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import report

As = Callable[[str], Browser]


@pytest.fixture
def fire(cast: Cast, scheduler: Callable[..., None], willing: None) -> Incident:
    """A fire at Sari's, to which Bu Endang (the RT leader) and Wahyu (a volunteer) are called."""
    incident = report(cast, "sari", "fire")
    scheduler()
    return incident


def banner(browser: Browser, page: str = "/account") -> str:
    return re.search(r'<div id="callouts".*?<div class="flashes"', browser.get(page).text, re.DOTALL)[0]


def events(incident: Incident) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        select(Event).where(Event.incident_id == incident.id, Event.event_type.like("neighbour%"))
    )
    return [(event.event_type, event.actor_name) for event in rows]


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize("page", ["/alerts", "/residents", "/account", "/neighbourhood"])
def test_it_stands_on_every_page_of_the_leader_with_who_and_where(as_user: As, page: str) -> None:
    said = banner(as_user("endang"), page)
    for words in (
        "data-alarm",
        "Kebakaran",
        "Sari Wulandari",
        "Jl. Ikan Paus 3",
        "Ya, saya ke sana",
        "Saya tidak bisa",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("who", "page", "list_"),
    [
        ("endang", "/account", "/neighbourhood/rows"), ("endang", "/residents", "/neighbourhood/rows"),
        ("wahyu", "/account", "/helping/rows"),
    ],
    ids=["a leader", "a leader, folded", "a neighbour"],
)  # fmt: skip
def test_who_is_called_reads_that_it_was_a_mistake_and_stays_called(
    as_user: As, cast: Cast, fire: Incident, who: str, page: str, list_: str
) -> None:
    called, before = as_user(who), answers.version(getattr(cast, who).id)
    assert "salah tekan" not in banner(called, page)
    cancelling.cancel(alert_of(fire), "mistake", now(), cast.sari)
    db.session.commit()
    assert answers.version(getattr(cast, who).id) != before
    said, rows = banner(called, page), called.get(list_).text
    assert "Pelapor menyatakan salah tekan." in said
    assert "Ya, saya ke sana" in said
    assert "Pelapor menyatakan salah tekan." in rows


def test_the_banner_of_an_alarm_elsewhere_says_so_and_not_the_home_address(
    as_user: As, cast: Cast, scheduler: Callable[..., None]
) -> None:
    report(cast, "sari", "fire", latitude=-7.7440, longitude=113.2166)
    scheduler()
    said = banner(as_user("endang"))
    assert "Sari Wulandari" in said
    assert "Bukan di RT Anda: <strong>" in said
    assert "Ikan Paus 3" not in said


def test_a_folded_alarm_elsewhere_says_so_before_one_answers(
    as_user: As, cast: Cast, scheduler: Callable[..., None]
) -> None:
    report(cast, "sari", "fire", latitude=-7.7440, longitude=113.2166)
    scheduler()
    assert "Bukan di RT Anda" in banner(as_user("endang"), "/residents").partition("</summary>")[0]


def test_only_the_page_of_the_button_polls_a_folded_banner(as_user: As) -> None:
    def polled(page: str) -> str:
        return re.search(r'hx-get="(/callouts[^"]*)"', as_user("endang").get(page).text)[1]

    assert polled("/") == "/callouts?folded=1"
    assert [polled(page) for page in ("/account", "/neighbourhood")] == ["/callouts", "/callouts"]


@pytest.mark.usefixtures("fire")
def test_above_the_register_it_is_a_line_with_the_next_answer(as_user: As) -> None:
    endang = as_user("endang")
    said = banner(endang, "/residents")
    polled = endang.get(re.search(r'hx-get="([^"]+)"', said)[1]).text
    for shown in (said, polled):
        folded, _, answer = shown.partition("</details>")
        assert "Sari Wulandari" in folded.partition("<summary>")[2]
        assert "Ya, saya ke sana" in answer


@pytest.mark.usefixtures("fire")
def test_the_way_and_the_map_are_one_tap_from_every_page(as_user: As) -> None:
    said = banner(as_user("endang"), "/residents/new")
    assert "<details" not in said
    assert 'href="geo:' in said
    assert 'href="/neighbourhood?map=1#nearby-map"' in said
    opened = as_user("endang").get("/neighbourhood?map=1").text
    assert "<details open>" in opened[opened.index('id="nearby-map"') :][:900]


@pytest.mark.usefixtures("fire")
def test_it_stands_on_every_page_of_a_volunteer_with_how_far_and_not_who(as_user: As) -> None:
    said = banner(as_user("wahyu"), "/alerts")
    assert "dari rumah Anda" in said
    for secret in ("Sari", "Ikan Paus 3"):
        assert secret not in said


@pytest.mark.usefixtures("fire")
def test_the_buttons_page_which_the_phone_keeps_holds_nothing_of_it_and_asks_at_once(as_user: As) -> None:
    said = banner(as_user("endang"), "/")
    assert "Kebakaran" not in said
    assert 'hx-trigger="load, every 5s"' in said


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize("username", ["slamet", "karto", "sari", ""])
def test_nobody_else_is_called(as_user: As, username: str) -> None:
    assert "data-alarm" not in as_user(username).get("/alerts").text


@pytest.mark.usefixtures("willing")
def test_who_is_never_called_has_no_banner_and_no_poll(as_user: As, cast: Cast) -> None:
    helping.stop(cast.wahyu)
    db.session.commit()
    assert 'id="callouts"' not in as_user("wahyu").get("/").text


@pytest.mark.both_databases
def test_who_goes_is_shown_to_crews_and_the_reporter_and_is_rung_no_more(
    as_user: As, cast: Cast, fire: Incident
) -> None:
    endang = as_user("endang")
    answer = endang.post(f"/neighbourhood/{fire.number}/answer", data={"answer": "going"})
    assert (answer.status_code, answer.location) == (303, "/neighbourhood")
    said = banner(endang)
    assert "data-alarm" not in said
    assert "Saya sudah di lokasi" in said
    assert events(fire) == [("neighbour_going", "Endang Lestari")]
    assert (
        "Endang Lestari (tetangga) sedang menuju ke tempat Anda"
        in as_user("sari").get(f"/alerts/{alert_of(fire).id}").text
    )


def test_who_cannot_stays_on_the_page_and_is_asked_no_more(as_user: As, fire: Incident) -> None:
    wahyu = as_user("wahyu")
    answer = wahyu.post(f"/helping/{fire.number}/answer", data={"answer": "cannot", "next": "/account"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Kebakaran" not in banner(wahyu)
    assert (told(), events(fire)) == ([], [("neighbour_cannot", "Wahyu Hidayat")])


def test_who_could_not_can_go_after_all(as_user: As, fire: Incident) -> None:
    wahyu = as_user("wahyu")
    for word in ("cannot", "going"):
        page = wahyu.get("/helping").text
        assert f"/helping/{fire.number}/answer" in page
        wahyu.post(f"/helping/{fire.number}/answer", data={"answer": word})
    assert [each.name for each in answers.going(fire.id)] == ["Wahyu Hidayat"]


def test_a_tap_that_comes_twice_stands_once_on_the_timeline(as_user: As, fire: Incident) -> None:
    for _ in range(2):
        as_user("wahyu").post(f"/helping/{fire.number}/answer", data={"answer": "going"})
    assert events(fire) == [("neighbour_going", "Wahyu Hidayat")]


def test_arriving_is_one_tap_and_ends_it(as_user: As, fire: Incident) -> None:
    endang = as_user("endang")
    endang.post(f"/neighbourhood/{fire.number}/answer", data={"answer": "going"})
    endang.post(f"/neighbourhood/{fire.number}/presence")
    assert "Kebakaran" not in banner(endang)
    assert answers.going(fire.id) == []
    assert "Anda sudah menyatakan ada di lokasi" in endang.get("/neighbourhood").text


def test_who_is_there_without_an_answer_is_rung_no_more(as_user: As, fire: Incident) -> None:
    as_user("wahyu").post(f"/helping/{fire.number}/presence")
    assert told() == []


@pytest.mark.parametrize("word", ["", "perhaps"])
def test_an_answer_that_is_none_is_refused(as_user: As, fire: Incident, word: str) -> None:
    answer = as_user("endang").post(f"/neighbourhood/{fire.number}/answer", data={"answer": word})
    assert (answer.status_code, events(fire)) == (422, [])
    assert "bisa atau tidak bisa ke sana" in answer.text


def test_nobody_answers_for_an_incident_that_they_may_not_see(as_user: As, fire: Incident) -> None:
    said = {"answer": "going"}
    assert as_user("slamet").post(f"/neighbourhood/{fire.number}/answer", data=said).status_code == 404
    assert as_user("karto").post(f"/helping/{fire.number}/answer", data=said).status_code == 404


def test_what_becomes_dangerous_calls_off_on_every_page(
    as_user: As, fire: Incident, scheduler: Callable[..., None]
) -> None:
    as_user("endang").post(f"/neighbourhood/{fire.number}/answer", data={"answer": "going"})
    incidents.retype(fire, incidents.type_for("domestic_violence"), now())
    scheduler()
    assert answers.going(fire.id) == []
    page = as_user("endang").get("/account").text
    assert "data-alarm" not in page
    assert "Mohon jangan ke sana" in page


@pytest.mark.usefixtures("willing")
def test_a_burglary_is_watched_and_not_gone_to(as_user: As, cast: Cast, scheduler: Callable[..., None]) -> None:
    mark(cast, "crime").code = safety.BURGLARY
    db.session.flush()
    alarm(cast, "house", safety.BURGLARY)
    scheduler()
    wahyu = as_user("wahyu")
    said = banner(wahyu)
    assert "data-alarm" in said
    assert "Jangan masuk" in said
    assert "Ya, saya ke sana" not in said
    wahyu.post(re.search(r"/notices/\d+/acknowledgement", said)[0])
    assert "data-alarm" not in banner(wahyu)


def test_who_has_another_role_too_can_answer_on_the_leaders_page(as_user: As, cast: Cast, fire: Incident) -> None:
    leader = cast.endang
    leader.roles.append(UserRole(role="business"))
    db.session.commit()
    endang = as_user("endang")
    assert 'id="callouts"' not in endang.get("/account").text
    assert "Ya, saya ke sana" in banner(endang, "/neighbourhood")


def test_the_banner_is_sent_again_only_when_something_is_new(as_user: As, cast: Cast, fire: Incident) -> None:
    endang = as_user("endang")
    version = re.search(r'data-version="([^"]+)"', endang.get("/callouts").text)[1]
    assert endang.get(f"/callouts?v={version}").status_code == 204
    dispatch.close(fire, "helped", "", now(), cast.komang)
    db.session.commit()
    assert "Kebakaran" not in endang.get(f"/callouts?v={version}").text
