"""The alarm screen: what rings, who sees to what, who goes, what is only a test, and what it never shows openly."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from meteor.accounts.models import UserSession
from meteor.dispatch import rules as dispatch
from meteor.incidents import escalation, rules
from meteor.incidents.models import Incident
from meteor.notices import rules as notices
from meteor.premises.models import Picture, Premises
from meteor.protocols.models import PlanItem
from meteor.sas import monitor, readiness, supervision, testing
from meteor.sas.models import Panel, TestMode
from meteor.sas.monitor import Alarm
from meteor.sas.views import monitor as views
from meteor.store.database import db
from meteor.store.models import Heartbeat
from meteor.store.moments import now
from meteor.web.language import clock, moment
from meteor.web.renderings import Renderings
from tests.cast import Cast
from tests.conftest import Browser
from tests.sas.scenes import alarm_types, incidents, panel_of, says, shop
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def nothing_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the test before has rendered: it lasts two seconds."""
    monkeypatch.setattr(views, "renderings", Renderings())


@pytest.fixture
def panel(cast: Cast) -> Panel:
    """The panel of Toko Emas Semeru; Agus and Bayu are on duty, nobody on the ambulance."""
    alarm_types(cast)
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    return panel_of(shop(cast))


@pytest.fixture
def held_up(panel: Panel) -> Incident:
    """A teller has pressed the hidden button."""
    event = says(panel, "HA", now(), "001")
    assert event.incident
    return event.incident


def ringing(at: datetime | None = None) -> list[Alarm]:
    return list(monitor.screen(at or now()).ringing)


def version() -> str:
    return monitor.screen(now()).version


def wall(client: Browser) -> str:
    answer = client.get("/sas/monitor/state")
    assert answer.status_code == 200
    return answer.text


def panel_states(text: str) -> dict[str, str]:
    """The number of panels beside each state."""
    rows = re.findall(r"<dt>(.+?)</dt><dd>(\d+)</dd>", text)
    return {re.sub("<[^>]*>", "", label): count for label, count in rows}


# --- what rings ---


def test_an_alarm_rings_until_a_named_person_sees_to_it(cast: Cast, held_up: Incident) -> None:
    assert [alarm.incident for alarm in ringing()] == [held_up]
    escalation.acknowledge(held_up.id, cast.maya, now())
    screen = monitor.screen(now())
    assert screen.ringing == []
    assert [alarm.chain.acknowledged_by for alarm in screen.seen_to] == ["Maya Operator"]


def test_what_is_closed_is_gone(cast: Cast, held_up: Incident) -> None:
    escalation.acknowledge(held_up.id, cast.maya, now())
    rules.close(held_up, "false_alarm", "", now(), cast.komang)
    screen = monitor.screen(now())
    assert (screen.ringing, screen.seen_to) == ([], [])


def test_the_most_urgent_stands_first_then_who_waits_longest(cast: Cast, panel: Panel) -> None:
    other, third = (panel_of(shop(cast, name, ()), account) for name, account in (("Bank", "5678"), ("Toko", "9ABC")))
    at = now()
    says(panel, "BA", at, "003")
    says(other, "HA", at + timedelta(seconds=1))
    says(third, "HA", at + timedelta(seconds=2))
    names = [alarm.places[0].name for alarm in ringing()]
    assert names == ["Bank", "Toko", "Toko Emas Semeru"]


def test_an_alarm_that_becomes_graver_rings_again(cast: Cast, panel: Panel) -> None:
    event = says(panel, "BA", now(), "003")
    assert event.incident
    escalation.acknowledge(event.incident.id, cast.maya, now())
    says(panel, "BA", now(), "002")
    assert [alarm.incident.priority for alarm in ringing()] == [1]


def test_a_citizens_cry_for_help_does_not_ring_here(cast: Cast, panel: Panel) -> None:
    report(cast)
    assert ringing() == []


def test_on_the_worst_of_days_all_ring_and_the_first_are_told_whole(
    as_user: AsUser, cast: Cast, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor, "WHOLE", 1)
    at = now()
    says(panel, "HA", at, "001")
    says(panel_of(shop(cast, "Bank", ()), "5678"), "HA", at + timedelta(seconds=1))
    assert [(alarm.places[0].name, alarm.whole) for alarm in ringing()] == [("Toko Emas Semeru", True), ("Bank", False)]
    text = wall(as_user("maya"))
    assert text.count("data-rings") == text.count("/acknowledgement") == 2
    assert text.count('class="more"') == 1


def test_of_several_the_screen_says_how_many_ring_and_how_many_more_stand_below(
    as_user: AsUser, cast: Cast, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "IN_VIEW", 2)
    maya = as_user("maya")
    says(panel, "HA", now(), "001")
    assert "alarm berbunyi" not in wall(maya)
    says(panel_of(shop(cast, "Bank", ()), "5678"), "HA", now())
    assert "2 alarm berbunyi" in wall(maya)
    assert "di bawahnya" not in wall(maya)
    says(panel_of(shop(cast, "Apotek", ()), "9ABC"), "HA", now())
    assert "3 alarm berbunyi" in wall(maya)
    assert "2 teratas, 1 lagi di bawahnya" in wall(maya)


# --- what it says ---


def test_a_tile_says_how_many_roles_have_no_unit(as_user: AsUser, held_up: Incident, panel: Panel) -> None:
    assert "1 peran tanpa unit" in wall(as_user("maya"))


def test_a_fire_is_no_silent_alarm(as_user: AsUser, held_up: Incident, panel: Panel, cast: Cast) -> None:
    text = wall(as_user("maya"))
    assert "Senyap" in text
    escalation.acknowledge(held_up.id, cast.maya, now())
    dispatch.close(held_up, "helped", "", now(), cast.komang)
    says(panel, "FA", now(), "002")
    text = wall(as_user("maya"))
    assert "Alarm kebakaran" in text
    assert "senyap" not in text.lower()


def test_no_code_and_no_account_of_a_panel_stands_on_the_screen(as_user: AsUser, panel: Panel) -> None:
    says(panel, "FA", now(), "007")
    words = re.sub("<[^>]*>", "", wall(as_user("maya")))
    assert "Alarm kebakaran · zona 007" in words
    assert re.findall(r"\b(FA|1234)\b", words) == []


def test_it_says_what_was_said_where(held_up: Incident, panel: Panel) -> None:
    says(panel, "BA", now(), "003")
    signals = ringing()[0].signals
    assert [(signal.meaning, signal.where) for signal in signals] == [
        ("burglary", "Pintu belakang (003)"), ("hold_up", "Tombol kasir (001)"),
    ]  # fmt: skip


def test_a_restore_is_shown_as_over_and_stops_no_siren(held_up: Incident, panel: Panel) -> None:
    says(panel, "HR", now(), "001")
    (alarm,) = ringing()
    assert [(signal.meaning, signal.restore) for signal in alarm.signals] == [("hold_up", True), ("hold_up", False)]


def test_every_role_has_its_unit_or_is_lacking(cast: Cast, held_up: Incident) -> None:
    held_up.type.plan.append(PlanItem(capability="fire", count=1, position=9, role_id="Regu api", role_en="Fire crew"))
    db.session.flush()
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    slots = {(slot.role.name_id, slot.call_sign) for slot in ringing()[0].slots}
    assert slots == {("patrol", "TRAIL-01"), ("patrol", "TRAIL-02"), ("medical", ""), ("Regu api", "")}


def test_who_has_arrived_has_no_way_left(cast: Cast, held_up: Incident) -> None:
    offer = open_assignment("TRAIL-01")
    dispatch.accept(offer, now(), cast.agus)
    dispatch.arrive(offer, now(), cast.agus)
    ways = {slot.call_sign: slot.distance for slot in ringing()[0].slots if slot.assignment}
    assert ways["TRAIL-01"] is None
    assert ways["TRAIL-02"] == pytest.approx(480, abs=100)


def test_the_free_units_stand_in_the_order_of_their_distance(cast: Cast, held_up: Incident) -> None:
    on_duty(cast, "rina", "AMBULANS-02")
    on_duty(cast, "dewi", "DAMKAR-01")
    near = ringing()[0].nearest
    assert [entry.unit.call_sign for entry in near] == ["DAMKAR-01", "AMBULANS-02"]
    assert [entry.distance for entry in near] == sorted(entry.distance for entry in near if entry.distance)


def test_a_test_is_grey_and_nothing_rings(cast: Cast, panel: Panel) -> None:
    testing.begin_test(panel.premises, None, timedelta(minutes=30), "Teknisi", now(), cast.tuti)
    says(panel, "HA", now(), "001")
    screen = monitor.screen(now())
    assert screen.ringing == []
    assert [test.premises.name for test in screen.tests] == ["Toko Emas Semeru"]
    assert monitor.screen(now() + timedelta(minutes=31)).tests == []


def test_a_panel_that_is_not_heard_is_named(panel: Panel) -> None:
    panel.silent_at = now()
    db.session.flush()
    assert list(monitor.screen(now()).missed) == [panel]
    panel.active = False
    db.session.flush()
    assert list(monitor.screen(now()).missed) == []


# --- while nothing rings ---


def test_while_nothing_rings_it_counts_the_panels_by_how_they_are(as_user: AsUser, panel: Panel, cast: Cast) -> None:
    panel_of(shop(cast, "Bank", ()), "5678", heard_at=now())
    supervision.beat(now())
    assert panel_states(wall(as_user("maya"))) == {
        "Tidak memberi kabar": "0", "Terlambat memberi kabar": "0", "Belum pernah terhubung": "1",
        "Dalam uji coba": "0", "Terhubung": "1", "Tidak aktif": "0",
    }  # fmt: skip
    says(panel, "HA", now(), "001")
    assert "Belum pernah terhubung" not in wall(as_user("maya"))


def test_while_nothing_rings_the_last_tests_stand_there(as_user: AsUser, panel: Panel, cast: Cast) -> None:
    began = now() - timedelta(hours=2)
    testing.begin_test(panel.premises, panel.zones[2], timedelta(minutes=30), "", began, cast.tuti)
    running = testing.begin_test(panel.premises, None, timedelta(minutes=30), "", now(), cast.tuti)
    text = re.sub("<[^>]*>", "", wall(as_user("maya")))
    assert re.search(r"Toko Emas Semeru · Pintu belakang · selesai \d\d\.\d\d\.\d\d", text)
    assert re.search(r"Toko Emas Semeru · sampai \d\d\.\d\d\.\d\d", text)
    before = version()
    testing.end_test(running, now(), cast.tuti)
    assert version() != before


def test_while_nothing_rings_it_names_who_of_the_command_uses_meteor_now(
    as_user: AsUser, panel: Panel, cast: Cast
) -> None:
    komang = as_user("komang")
    as_user("maya")
    assert "Petugas pusat komando: <strong>Komang Dispatcher</strong>" in wall(komang)
    assert "Maya" not in wall(komang)
    before = version()
    db.session.execute(db.update(UserSession).values(last_seen_at=now() - readiness.IN_USE - timedelta(seconds=1)))
    assert version() != before
    later = monitor.screen(now()).readiness
    assert later
    assert later.staff == {}


# --- its version ---


def test_the_version_stays_while_nothing_changes(held_up: Incident) -> None:
    assert version() == version()


def test_the_version_changes_with_whatever_is_shown(cast: Cast, held_up: Incident, panel: Panel) -> None:
    seen = [version()]
    dispatch.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    seen.append(version())
    cast.unit("TRAIL-01").latitude, cast.unit("TRAIL-01").longitude = -7.7420, 113.2160
    db.session.flush()
    seen.append(version())
    escalation.escalate(now() + timedelta(seconds=20))
    seen.append(version())
    escalation.acknowledge(held_up.id, cast.maya, now())
    seen.append(version())
    held_up_at: Premises = panel.premises
    held_up_at.hazards = "Anjing penjaga"
    db.session.flush()
    seen.append(version())
    db.session.add(TestMode(premises_id=held_up_at.id, until=now() + timedelta(minutes=30)))
    db.session.flush()
    seen.append(version())
    assert len(set(seen)) == len(seen)


# --- the page ---


def test_the_page_shows_the_name_the_place_and_who_is_told_next(as_user: AsUser, held_up: Incident) -> None:
    text = as_user("komang").get("/sas/monitor").text
    assert re.search(r'<h2 class="name"[^>]*>Toko Emas Semeru</h2>', text)
    assert 'data-rings="Toko Emas Semeru"' in text
    assert "Toko emas · Jl. Dr. Soetomo 12" in text
    assert "Brankas di lantai dua" in text
    assert "Tombol kasir (001)" in text
    assert "Belum ada unit yang siap: 1 × medical" in text
    assert "Berikutnya diberi tahu: Perwira pengawas (pawas)" in text
    assert f'formaction="/incidents/{held_up.number}/acknowledgement" name="shown" value="1:hold_up"' in text


def test_a_screen_whose_session_has_ended_is_not_led_away_from_its_siren(as_user: AsUser, held_up: Incident) -> None:
    assert "Page-Stays" in as_user("komang").get("/sas/monitor").text
    answer = as_user("").get("/sas/monitor/state", headers={"HX-Request": "true", "Page-Stays": "yes"})
    assert (answer.status_code, answer.text, answer.headers.get("HX-Redirect")) == (401, "", None)


def test_the_contacts_stand_in_their_order_one_tap_away(as_user: AsUser, panel: Panel) -> None:
    says(panel, "BA", now(), "003")
    text = wall(as_user("maya"))
    assert text.index("tel:+6281330001001") < text.index("tel:+6281330001002")
    assert "jangan menelepon" not in text


def test_a_burglary_of_one_zone_asks_for_its_second_sign_and_a_hold_up_does_not(
    as_user: AsUser, held_up: Incident, panel: Panel, cast: Cast
) -> None:
    other = panel_of(shop(cast, "Bank", ()), "5678")
    burglary = says(other, "BA", now(), "003").incident
    assert burglary
    escalation.acknowledge(burglary.id, cast.maya, now())
    text = wall(as_user("maya"))
    assert f'href="/incidents/{burglary.number}/second-sign"' in text
    assert f"/incidents/{held_up.number}/second-sign" not in text
    says(other, "BA", now(), "002")
    assert "/second-sign" not in wall(as_user("maya"))


def test_who_does_not_call_is_offered_no_pass_phrase(as_user: AsUser, panel: Panel) -> None:
    says(panel, "BA", now(), "003")
    maya, yusuf = wall(as_user("maya")), wall(as_user("yusuf"))
    for way in ('form="reveal"', "/second-sign"):
        assert way in maya
        assert way not in yusuf


def test_of_those_that_somebody_sees_to_the_newest_stays_open(as_user: AsUser, cast: Cast, panel: Panel) -> None:
    at = now()
    other = panel_of(shop(cast, "Bank", ()), "5678")
    for each, seconds in ((panel, 9), (other, 5)):
        event = says(each, "HA", at, "001")
        assert event.incident
        escalation.acknowledge(event.incident.id, cast.maya, at + timedelta(seconds=seconds))
    older, newer = incidents()[1], incidents()[0]
    text = wall(as_user("maya"))
    assert f'id="seen-{newer.number}" open' in text
    assert f'id="seen-{older.number}">' in text


def test_a_silent_alarm_warns_before_anybody_calls(as_user: AsUser, held_up: Incident) -> None:
    text = wall(as_user("maya"))
    folded = text.index(f'<details class="quiet" id="call-{held_up.number}">')
    assert folded < text.index("tel:+6281330001001")
    assert "+62335420001" not in text


def test_pass_phrases_are_not_on_the_wall(as_user: AsUser, panel: Panel) -> None:
    says(panel, "BA", now(), "003")
    text = wall(as_user("maya"))
    assert "melati" not in text
    assert 'form="reveal"' in text


def test_a_floor_plan_is_shown_by_the_incidents_own_address(as_user: AsUser, held_up: Incident, panel: Panel) -> None:
    panel.premises.pictures.append(Picture(kind="plan", media_type="image/png", bytes=1))
    db.session.commit()
    picture = panel.premises.pictures[0]
    assert f'src="/incidents/{held_up.number}/pictures/{picture.id}"' in wall(as_user("hadi"))


def test_who_sees_to_it_stands_there_with_the_time(as_user: AsUser, cast: Cast, held_up: Incident) -> None:
    escalation.acknowledge(held_up.id, cast.maya, now())
    text = wall(as_user("yusuf"))
    assert "Maya Operator menanganinya sejak" in text
    assert "data-rings" not in text
    assert "acknowledgement" not in text


def test_tests_and_silent_panels_are_named_with_their_times(as_user: AsUser, cast: Cast, panel: Panel) -> None:
    testing.begin_test(panel.premises, panel.zones[2], timedelta(minutes=30), "", now(), cast.tuti)
    panel.silent_at = now()
    text = wall(as_user("maya"))
    assert "Dalam uji coba sampai" in text
    assert "Pintu belakang (003)" in text
    assert "Panel tidak memberi kabar sejak" in text


def test_what_a_notice_about_a_panel_leads_to_stands_there(as_user: AsUser, panel: Panel) -> None:
    before, at = version(), now()
    panel.trouble_at = at
    notices.tell("a", "panel_key", "/sas/monitor", role="dispatcher", premises="Bank Demo", account="5678")
    db.session.commit()
    assert version() != before
    text = wall(as_user("komang"))
    assert "Panel terlambat memberi kabar sejak" in text
    assert "panel alarm Bank Demo (Panel 5678)" in text
    assert monitor.screen(at + timedelta(hours=25)).troubles == []


def test_nothing_new_is_204(as_user: AsUser, held_up: Incident) -> None:
    maya = as_user("maya")
    seen = re.search(r'data-version="(\w+)"', wall(maya))
    assert seen
    assert maya.get(f"/sas/monitor/state?v={seen[1]}").status_code == 204
    says(held_up_panel(), "BA", now(), "002")
    assert maya.get(f"/sas/monitor/state?v={seen[1]}").status_code == 200


def held_up_panel() -> Panel:
    return db.session.scalars(db.select(Panel)).one()


@pytest.mark.parametrize("username", ["maya", "komang", "hadi", "yusuf"])
def test_whoever_is_told_of_alarms_sees_the_screen(as_user: AsUser, username: str) -> None:
    assert as_user(username).get("/sas/monitor").status_code == 200


@pytest.mark.parametrize("username", ["agus", "toko", "tuti", "endang", "sari"])
def test_nobody_else_does(as_user: AsUser, username: str) -> None:
    for address in ("/sas/monitor", "/sas/monitor/state"):
        assert as_user(username).get(address).status_code == 403


# --- what stands still ---


def beat(job: str, at: datetime) -> None:
    db.session.merge(Heartbeat(job=job, at=at))
    db.session.commit()


def test_the_screen_says_when_nobody_is_told_by_itself(as_user: AsUser, held_up: Incident) -> None:
    beat(escalation.JOB, now() - timedelta(seconds=60))
    before = version()
    assert "Proses otomatis METEOR berhenti" in wall(as_user("komang"))
    beat(escalation.JOB, now())
    assert version() != before
    assert "Proses otomatis METEOR berhenti" not in wall(as_user("komang"))


def test_the_screen_says_when_panels_are_not_heard(as_user: AsUser, panel: Panel) -> None:
    assert "Sinyal panel alarm tidak diterima" in wall(as_user("komang"))
    supervision.beat(now())
    db.session.commit()
    assert "Sinyal panel alarm tidak diterima" not in wall(as_user("komang"))


def test_while_no_receiver_listens_no_panel_looks_connected(as_user: AsUser, cast: Cast, panel: Panel) -> None:
    at = now()
    panel.heard_at = at - timedelta(minutes=9)
    panel_of(shop(cast, "Bank", ()), "5678").heard_at = None
    supervision.beat(at - timedelta(minutes=8))
    db.session.commit()
    states = panel_states(wall(as_user("komang")))
    assert states == {
        f"Tidak diketahui sejak {clock(at - timedelta(minutes=8))}": "1", "Belum pernah terhubung": "1",
        "Dalam uji coba": "0", "Tidak aktif": "0",
    }  # fmt: skip
    supervision.beat(now())
    db.session.commit()
    assert panel_states(wall(as_user("komang")))["Terhubung"] == "1"


def test_of_a_receiver_that_is_away_for_days_the_screen_says_the_day_too(as_user: AsUser, panel: Panel) -> None:
    away_since = now() - timedelta(days=3)
    panel.heard_at = away_since
    supervision.beat(away_since)
    db.session.commit()
    assert f"Tidak diketahui sejak {moment(away_since)}" in panel_states(wall(as_user("komang")))


def test_where_no_receiver_has_ever_run_nothing_is_known(as_user: AsUser, panel: Panel) -> None:
    panel.heard_at = now()
    db.session.commit()
    assert "Tidak diketahui: penerima belum pernah berjalan" in panel_states(wall(as_user("komang")))


def test_where_there_is_no_panel_none_is_missed(cast: Cast) -> None:
    assert "receiver" not in monitor.unwell(now())


def test_it_is_drawn_anew_when_something_happens_to_an_alarm_and_not_for_the_rest_of_the_city(
    cast: Cast, panel: Panel
) -> None:
    seen = [monitor.state(now())]
    incident = says(panel, "HA", now(), "001").incident
    assert incident
    seen.append(monitor.state(now()))
    report(cast)
    assert monitor.state(now()) == seen[-1]
    escalation.acknowledge(incident.id, cast.komang, now())
    seen.append(monitor.state(now()))
    dispatch.close(incident, "helped", "", now(), cast.komang)
    seen.append(monitor.state(now()))
    assert len({str(each) for each in seen[1:]}) == 3
    assert seen[0] == seen[-1]
