"""On-screen alarms: who is told what, until somebody says that they know."""

import ast
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import event

from app import PACKAGES
from meteor.hazards import handling
from meteor.incidents import rules as incidents
from meteor.notices import labels, rules, unread
from meteor.notices.models import Notice
from meteor.rosters.notice_sentences import OF_SHIFTS
from meteor.sas.consequences import TROUBLES
from meteor.sas.refusals import REFUSED
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import at_once, report

AsUser = Callable[[str], Browser]
METEOR = Path(labels.__file__).parents[1]

# What is told beside each kind.
DETAILS: dict[str, dict[str, Any]] = {
    "accepted_late": {"number": "261124-001", "unit": "TRAIL-01"},
    "panel_too_many": {"premises": "Bank Semeru", "account": "5678", "taken": 16, "left_out": 1284},
    "panel_flooded": {"premises": "Toko Emas Semeru", "account": "1234"},
    "unverified": {"number": "261124-001", "premises": "Toko Emas Semeru"},
    "disk_low": {"disk": "/var", "megabytes": 512},
    "position_lost": {"unit": "TRAIL-01", "since": "2026-11-24T07:00:00+00:00"},
    "undelivered": {"topic": "neighbourhood"},
    "nobody_left_at": {"incident": {"id": "P1 Kebakaran", "en": "P1 Fire"}, "units": {"id": "pemadaman", "en": "fire"}},
    "neighbourhood": {},
    "neighbour": {"metres": 150},
    "neighbour_watch": {"metres": 150},
    "neighbour_off": {"metres": 150},
    "neighbourhood_off": {},
    "call_offered": {"by": "Maya Operator"},
    "alarm_at": {"number": "261124-001", "premises": "Toko Emas Semeru"},
    "alarm_signal": {"number": "261124-001", "premises": "Toko Emas Semeru"},
    "panel_trouble": {"premises": "Toko Emas Semeru", "where": "Panel 1234 · Brankas (003)"},
    "panel_battery": {"premises": "Toko Emas Semeru", "where": "Panel 1234"},
    "panel_communication": {"premises": "Toko Emas Semeru", "where": "Panel 1234"},
    "panel_tamper": {"premises": "Toko Emas Semeru", "where": "Panel 1234"},
    "panel_power": {"premises": "Toko Emas Semeru"},
    "panel_missed": {"premises": "Toko Emas Semeru"},
    **{kind: {"premises": "Toko Emas Semeru", "account": "1234"} for kind in REFUSED.values()},
    "panel_unhandled": {"premises": "Toko Emas Semeru"},
    "officer_alarm": {"unit": "TRAIL-01", "number": "261124-001"},
    "welfare_check": {"unit": "TRAIL-01"},
    "welfare_silent": {"unit": "TRAIL-01", "number": "261124-001"},
    "welfare_by_radio": {"unit": "TRAIL-01", "minutes": 20, "number": "261124-001"},
    "exchange_clock": {"client": "Telkom", "seconds": 660},
    **{
        kind: {"place": "Polres", "have": 1, "need": 2, "start": "2 Nov 07.00", "end": "15.00"}
        for kind in ("strength_tomorrow", "strength_soon", "strength_now")
    },
    **{
        f"shift_{change}{soon}": {"shift": "Pagi, 2 Nov 07.00", "before": "2 Nov 15.00"}
        for change in ("planned", "changed", "cancelled")
        for soon in ("", "_soon")
    },
    **{
        f"swap_{step}": {"name": "Agus Santoso", "colleague": "Bayu", "shift": "Pagi", "other": "Malam"}
        for step in ("offered", "asked", "accepted", "declined", "waiting", "approved", "refused", "over")
    },
    "sick_call": {"name": "Agus Santoso", "agency": "Polres", "days": "02-11"},
    "duty_too_long": {"unit": "TRAIL-01", "hours": 12},
    "unpushed": {"service": "fcm.googleapis.com"},
    "monthly_test": {"premises": "Toko Emas Semeru"},
    **{
        kind: {"level": "Siaga", "what": "Hujan lebat", "until": "18.00 WIB"}
        for kind in ("warning", "warning_rt", "warning_extreme", "warning_extreme_rt", "warning_over")
    },
    **{
        kind: {"name": "Bagas BPBD", "headline": "Waspada banjir"} for kind in ("warning_draft", "warning_draft_urgent")
    },
    **{
        kind: {"rt": "RT 03 RW 05 Mayangan", "text": "Kerja bakti"}
        for kind in ("rt_notice", "rt_alarm", "rt_alarm_over", "rt_alarm_to_check")
    },
    "open311_closed": {"endpoint": "SP4N-LAPOR", "number": "B-261130-001"},
    "monthly_missed": {"premises": "Toko Emas Semeru", "month": "2026-10"},
}


def tell(key: str = "a", kind: str = "nobody_left", **to: Any) -> Notice:
    rules.tell(key, kind, "/incidents/261124-001", **{"role": "dispatcher", **to}, number="261124-001")
    db.session.commit()
    return db.session.query(Notice).filter_by(key=key).one()


def told() -> Iterator[tuple[str, str]]:
    """The kinds that the code tells of, each with the package that does."""
    for path in METEOR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                tells = {"notices.tell": 1, "notices.tell_anew": 1, "telling.tell": 1, "rules.tell": 1,
                         "offers.alarm": 0, "alarm": 0, "responders.tell": 0, "responders.tell_crews": 0,
                         "callouts.Call": 0, "callouts.call_off": 2, "audiences.tell_all": 2, "tell_approvers": 2,
                         "drafts.tell_approvers": 2, "drafts.tell_of": 2, "_tell_dispatchers": 1,
                         "swap_notices.decided": 1}  # fmt: skip
                place = tells.get(ast.unparse(node.func))
                kind = [] if place is None else ast.walk(node.args[place])
                package = path.relative_to(METEOR).parts[0]
                yield from ((package, word.value) for word in kind if isinstance(word, ast.Constant) and word.value)


# --- words ---


def test_every_kind_that_is_told_has_its_sentence_in_its_own_package() -> None:
    known = {*told(), *(("sas", kind) for kind in (*REFUSED.values(), *TROUBLES.values()))}
    known |= {("rosters", kind) for shift in OF_SHIFTS for kind in (shift, f"{shift}_soon")}
    known |= {("hazards", kind) for kind in handling.TOLD.values()}
    said = {
        (package.blueprint.name, kind)
        for package in PACKAGES
        for volume in ("notices", "quiet_notices")
        for kind in package.blueprint.contributions.get(volume, {})
    }
    assert said <= known
    assert {kind for _, kind in known} == {*labels.SENTENCES, *labels.QUIET}


@pytest.mark.parametrize(
    "kind", ["alarm_at", "alarm_signal", "nobody_left", "officer_alarm", "welfare_by_radio", "welfare_silent"]
)
def test_a_notice_of_an_incident_begins_with_what_and_where_it_is_now(cast: Cast, kind: str) -> None:
    incident = report(cast, "sari", "fire")
    said = labels.sentence(kind, DETAILS.get(kind, {}) | {"number": incident.number})
    assert said.startswith("P1 Kebakaran, RT")


def test_every_sentence_is_complete_in_both_languages(app: Flask) -> None:
    for kind in (*labels.SENTENCES, *labels.QUIET):
        for locale in ("id", "en"):
            with force_locale(locale):
                sentence = labels.sentence(kind, DETAILS.get(kind, {"number": "261124-001"}))
            assert sentence
            assert "–" not in sentence
            assert "%(" not in sentence


def test_a_kind_that_nobody_knows_asks_for_attention_all_the_same(app: Flask) -> None:
    with force_locale("en"):
        assert labels.sentence("alien_landed", {}) == "Something needs your attention."


# --- who is told ---


def test_the_role_is_told_and_nobody_else(as_user: AsUser, cast: Cast) -> None:
    tell()
    for who, is_told in (("komang", True), ("hadi", True), ("maya", False), ("agus", False), ("yusuf", False)):
        assert ("261124-001" in as_user(who).get("/notices").text) == is_told, who


def test_a_notice_for_one_person_is_theirs_alone(as_user: AsUser, cast: Cast) -> None:
    tell(kind="neighbourhood", role=None, user_id=cast.endang.id)
    assert "Seseorang di RT Anda meminta pertolongan" in as_user("endang").get("/notices").text
    assert "RT Anda" not in as_user("slamet").get("/notices").text


def test_a_notice_leads_to_what_it_is_about_and_rings(as_user: AsUser, cast: Cast) -> None:
    tell()
    text = as_user("komang").get("/notices").text
    assert 'href="/incidents/261124-001"' in text
    assert 'data-alarm="notice"' in text
    assert "<form" not in text


@pytest.mark.parametrize("address", ["/admin", "/admin/users", "/admin/audit"])
def test_an_administrator_is_told_where_their_work_begins_of_what_was_not_delivered(
    as_user: AsUser, cast: Cast, address: str
) -> None:
    rules.tell("a", "undelivered", "/admin/audit", role="admin", topic="neighbourhood")
    tuti = as_user("tuti")
    shown = tuti.get(address).text
    assert 'hx-get="/notices"' in shown
    assert '<form id="acknowledge" method="post" action="/notices">' in shown
    assert "Sebuah pesan" in tuti.get("/notices").text


def test_what_can_wait_is_shown_and_never_sounds(as_user: AsUser, cast: Cast) -> None:
    tell(kind="monthly_test", role=None, user_id=cast.toko.id)
    text = as_user("toko").get("/notices").text
    assert "Uji coba bulanan alarm" in text
    assert "data-alarm" not in text


def test_where_an_alarm_is_silent_only_what_never_sounds_is_asked_for(as_user: AsUser, cast: Cast) -> None:
    for kind in ("monthly_test", "alarm"):
        tell(kind, kind=kind, role=None, user_id=cast.toko.id)
    text = as_user("toko").get("/notices?quiet=1").text
    assert "Uji coba bulanan alarm" in text
    assert "Siapa yang menangani?" not in text


def test_an_incident_without_a_unit_reaches_the_dispatcher(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    assert f'href="/incidents/{incident.number}"' in as_user("komang").get("/notices").text


def test_who_is_told_of_an_alarm_in_two_roles_reads_it_once(as_user: AsUser, cast: Cast) -> None:
    for role in ("dispatcher", "supervisor"):
        known = "/incidents/261124-001/acknowledgement"
        rules.tell(role, "alarm", "/incidents/261124-001", role=role, number="261124-001", acknowledgement=known)
    assert as_user("hadi").get("/notices").text.count('data-alarm="notice"') == 1


@pytest.mark.both_databases
def test_the_highest_priority_stands_first_then_what_has_waited_longest(cast: Cast) -> None:
    can_wait, urgent = report(cast, "sari", "other").number, report(cast, "wahyu", "emergency").number
    rules.acknowledge_all("", None, now())
    for key in ("a", "b"):
        rules.tell(key, "nobody_left", f"/incidents/{can_wait}", role="dispatcher", number=can_wait)
    rules.tell("c", "disk_low", "/admin/audit", role="dispatcher", disk="/var", megabytes=1)
    rules.tell("d", "nobody_left_at", f"/incidents/{urgent}", role="dispatcher")
    assert [notice.key for notice in unread.unacknowledged(cast.komang)] == ["d", "a", "b", "c"]


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["forced", "called_after_all"])
def test_a_life_at_stake_stands_right_below_an_officer_in_danger(cast: Cast, kind: str) -> None:
    incident = report(cast, "sari", "other").number
    rules.acknowledge_all("", None, now())
    for key in ("alarm", "officer_alarm"):
        rules.tell(key, key, "/", role="dispatcher", number=incident, acknowledgement=f"/{key}", unit="TRAIL-01")
    rules.tell("last", kind, f"/incidents/{incident}", role="dispatcher", number=incident)
    assert [notice.key for notice in unread.unacknowledged(cast.komang)] == ["officer_alarm", "last", "alarm"]


@pytest.mark.both_databases
def test_of_what_can_wait_the_newest_stands_first_whatever_its_incidents_priority(cast: Cast) -> None:
    urgent, minor = report(cast, "wahyu", "emergency").number, report(cast, "sari", "other").number
    rules.acknowledge_all("", None, now())
    for key, number in (("a", minor), ("b", urgent), ("c", minor)):
        rules.tell(key, "panel_missed", f"/incidents/{number}", role="dispatcher", number=number)
    assert [notice.key for notice in unread.unacknowledged(cast.komang)] == ["c", "b", "a"]


@pytest.mark.both_databases
def test_an_alarm_that_somebody_must_see_to_stands_before_whatever_is_newer(as_user: AsUser, cast: Cast) -> None:
    known = "/incidents/261124-001/acknowledgement"
    for key in ("older", "newer"):
        rules.tell(key, "alarm", "/incidents/261124-001", role="dispatcher", number="7", acknowledgement=known)
    for number in range(unread.MOST):
        rules.tell(f"loud{number}", "nobody_left", "/incidents", role="dispatcher", number=str(number))
    tell("waits", kind="panel_missed")
    kinds = [notice.kind for notice in unread.unacknowledged(cast.komang)]
    assert kinds == ["alarm", *["nobody_left"] * (unread.MOST - 1)]
    text = as_user("komang").get("/notices").text
    assert text.index("Saya tangani") < text.index("Sudah saya baca")
    assert "dan 2 lagi" in text
    for number in range(2):
        rules.acknowledge_all(f"loud{number}", None, now())
    assert 'class="more"' not in as_user("komang").get("/notices").text


@pytest.mark.both_databases
def test_what_can_wait_is_counted_by_itself_where_nothing_else_is_shown(cast: Cast) -> None:
    for number in range(unread.MOST + 1):
        rules.tell(f"waits{number}", "monthly_test", "/sas", user_id=cast.toko.id, premises="Toko Emas Semeru")
        rules.tell(f"loud{number}", "neighbourhood", "/", user_id=cast.toko.id)
    assert {notice.kind for notice in unread.unacknowledged(cast.toko, quiet=True)} == {"monthly_test"}
    assert unread.how_many(cast.toko, quiet=True) == unread.MOST + 1


def test_a_poll_brings_what_is_new_and_what_is_gone(as_user: AsUser, cast: Cast) -> None:
    komang = as_user("komang")

    def poll(version: str) -> str:
        """The version that the page shows after the poll."""
        answer = komang.get(f"/notices?v={version}")
        return version if answer.status_code == 204 else answer.text.split('data-version="')[1].split('"')[0]

    nothing = poll("")
    assert poll(nothing) == nothing
    tell("a")
    one = poll(nothing)
    second = tell("b")
    two = poll(one)
    assert len({nothing, one, two}) == 3
    assert poll(two) == two
    rules.acknowledge(second.id, cast.komang, now())
    assert poll(two) != two


def test_the_version_changes_when_one_of_several_notices_of_an_alarm_is_known(cast: Cast) -> None:
    for key, role in (("a", "dispatcher"), ("b", "supervisor")):
        told = rules.tell(key, "alarm", "/sas", role=role, acknowledgement="/incidents/261124-001/acknowledgement")
    rules.tell("c", "nobody_left", "/incidents", role="dispatcher")
    before = unread.version(cast.hadi.id, cast.hadi.role_names)
    rules.acknowledge(told, cast.hadi, now())
    assert unread.version(cast.hadi.id, cast.hadi.role_names) != before


@pytest.mark.both_databases
def test_the_version_changes_when_the_priority_of_what_a_notice_is_about_does(cast: Cast) -> None:
    rises, stays = report(cast, "sari", "other"), report(cast, "endang", "other").number
    rules.acknowledge_all("", None, now())
    for key, number in (("a", stays), ("b", rises.number)):
        rules.tell(key, "nobody_left", f"/incidents/{number}", role="dispatcher", number=number)

    def shown() -> tuple[str, list[str]]:
        keys = [notice.key for notice in unread.unacknowledged(cast.komang)]
        return unread.version(cast.komang.id, cast.komang.role_names), keys

    before = shown()
    incidents.reprioritise(rises, 2, now(), cast.komang)  # tells nobody
    after = shown()
    assert (before[1], after[1]) == (["a", "b"], ["b", "a"])
    assert before[0] != after[0]


# --- knowing ---


def test_who_knows_says_so_and_comes_back_to_the_page(as_user: AsUser, cast: Cast) -> None:
    notice, komang = tell(), as_user("komang")
    answer = komang.post(f"/notices/{notice.id}/acknowledgement", data={"next": "/incidents"})
    assert (answer.status_code, answer.location) == (303, "/incidents")
    db.session.refresh(notice)
    assert notice.acknowledged_by_id == cast.komang.id
    assert "data-alarm" not in as_user("hadi").get("/notices").text


@pytest.mark.parametrize("page", ["https://elsewhere.example", "//elsewhere.example", ""])
def test_nobody_is_led_elsewhere(as_user: AsUser, cast: Cast, page: str) -> None:
    answer = as_user("komang").post(f"/notices/{tell().id}/acknowledgement", data={"next": page})
    assert answer.location == "/"


@pytest.mark.both_databases
def test_of_two_who_know_at_the_same_moment_the_second_reads_who_was_first(
    app: Flask, as_user: AsUser, cast: Cast
) -> None:
    where = f"/notices/{tell().id}/acknowledgement"
    post = partial(Browser.post, headers={"Accept": "application/json"})
    answers = at_once(app, *(partial(post, as_user(who), where) for who in ("komang", "hadi")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    winner = ["Komang Dispatcher", "Hadi Pawas"][[answer.status_code for answer in answers].index(200)]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert loser.get_json(force=True)["detail"] == f"{winner} sudah menanganinya."


def test_what_was_told_once_is_not_told_again_after_it_is_known(as_user: AsUser, cast: Cast) -> None:
    notice = tell()
    rules.acknowledge(notice.id, cast.komang, now())
    tell()
    assert "data-alarm" not in as_user("komang").get("/notices").text


@pytest.mark.parametrize("who", ["maya", "agus", "endang", "tuti"])
def test_nobody_says_that_they_know_what_was_not_told_them(as_user: AsUser, cast: Cast, who: str) -> None:
    notice = tell()
    assert as_user(who).post(f"/notices/{notice.id}/acknowledgement").status_code == 404
    db.session.refresh(notice)
    assert notice.acknowledged_at is None


@pytest.mark.parametrize("number", [0, 999_999, 10**30])
def test_a_notice_that_is_none_is_not_found(as_user: AsUser, cast: Cast, number: int) -> None:
    assert as_user("komang").post(f"/notices/{number}/acknowledgement").status_code == 404


def test_who_is_signed_out_is_told_nothing(as_user: AsUser, cast: Cast) -> None:
    tell()
    answer = as_user("").get("/notices")
    assert (answer.status_code, "261124-001" in answer.text) == (302, False)


# --- all at once ---


def these(*notice_ids: int) -> dict[str, str]:
    """What the button for several notices sends."""
    return {"shown": " ".join(map(str, notice_ids))}


def test_all_that_was_shown_is_known_at_once_and_what_came_since_is_not(as_user: AsUser, cast: Cast) -> None:
    shown, later = [tell(key) for key in "ab"], tell("c")
    answer = as_user("komang").post(
        "/notices/acknowledgement", data={**these(*(notice.id for notice in shown)), "next": "/incidents"}
    )
    assert answer.location == "/incidents"
    assert unread.unacknowledged(cast.komang) == [later]


def test_no_more_is_known_at_once_than_the_button_counts_and_the_page_shows(as_user: AsUser, cast: Cast) -> None:
    page = "/incidents/261124-001/acknowledgement"
    rules.tell("alarm", "alarm", "/incidents/261124-001", role="dispatcher", number="1", acknowledgement=page)
    for number in range(unread.MOST + 5):
        tell(f"told{number}", kind="panel_missed")  # of these the newest are shown
    komang = as_user("komang")
    text = komang.get("/notices").text
    shown = text.split('name="shown" value="')[1].split('"')[0]
    assert f"{unread.MOST - 1} ini sudah saya baca" in text
    komang.post("/notices/acknowledgement", data={"shown": shown})
    left = [notice.key for notice in unread.unacknowledged(cast.komang)]
    assert left == ["alarm", *(f"told{number}" for number in range(5, -1, -1))]


def test_an_alarm_that_somebody_must_see_to_is_not_known_with_all_others(as_user: AsUser, cast: Cast) -> None:
    page = "/incidents/261124-001/acknowledgement"
    to = {"role": "dispatcher", "number": "1", "acknowledgement": page}
    alarm = rules.tell("alarm", "alarm", "/incidents/261124-001", **to)
    as_user("komang").post("/notices/acknowledgement", data=these(alarm, tell().id))
    assert [notice.kind for notice in unread.unacknowledged(cast.komang)] == ["alarm"]


def test_what_is_somebody_elses_stays(as_user: AsUser, cast: Cast) -> None:
    as_user("maya").post("/notices/acknowledgement", data=these(tell().id))
    assert len(unread.unacknowledged(cast.komang)) == 1


@pytest.mark.parametrize("shown", ["", "semua", "-1", "1" * 19, "1  2", " ".join(["1"] * (unread.MOST + 1))])
def test_a_page_that_does_not_say_what_it_showed_is_told(as_user: AsUser, shown: str) -> None:
    tell()
    assert as_user("komang").post("/notices/acknowledgement", data={"shown": shown}).status_code == 400


def test_a_notice_names_its_incident_wherever_it_leads_to(as_user: AsUser, cast: Cast) -> None:
    rules.tell("a", "alarm_at", "/sas/monitor", role="dispatcher", number="261124-007", premises="Toko Emas Semeru")
    rules.tell("b", "nobody_left_at", "/incidents/261124-008", role="dispatcher")
    rules.tell("c", "disk_low", "/admin/audit", role="dispatcher", disk="/var", megabytes=1)
    text = as_user("komang").get("/notices").text
    assert [part.split('"')[0] for part in text.split('data-number="')[1:]] == ["261124-007", "261124-008", ""]


def test_all_that_notices_are_about_is_read_at_once(cast: Cast) -> None:
    for number in [report(cast, who).number for who in ("sari", "wahyu", "tuti")]:
        rules.tell(number, "unaccepted", f"/incidents/{number}", role="dispatcher", number=number)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    db.session.expunge_all()
    told = [notice for notice in unread.unacknowledged(cast.komang) if notice.kind == "unaccepted"]
    event.listen(db.engine, "before_cursor_execute", note)
    sentences = labels.sentences(told)
    event.remove(db.engine, "before_cursor_execute", note)
    assert ["P1 Darurat" in sentences[notice.id] for notice in told] == [True] * 3
    assert len(asked) == 1


def test_a_notice_that_was_acknowledged_rings_anew_and_one_that_rings_stays_one(cast: Cast) -> None:
    to = {"role": "dispatcher", "number": "1"}
    first = rules.tell_anew("a", "unaccepted", "/incidents/1", **to)
    assert rules.tell_anew("a", "unaccepted", "/incidents/1", **to) is None
    rules.acknowledge(first, cast.komang, now())
    again = rules.tell_anew("a", "unaccepted", "/incidents/1", **to)
    assert [notice.id for notice in unread.unacknowledged(cast.komang)] == [again]
