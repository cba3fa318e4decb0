"""The queue: what is open, in which order, for whom, and that it is rendered once for all who see it alike."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from meteor.agencies.models import Member
from meteor.dispatch import queue as queues
from meteor.dispatch import rules
from meteor.dispatch.reconciliation import reconcile
from meteor.dispatch.views.queue import renderings
from meteor.incidents import rules as incidents
from meteor.incidents import shortfall, timeline
from meteor.incidents.models import Incident
from meteor.incidents.places import Place
from meteor.incidents.rules import Opening
from meteor.incidents.shortfall import Gap
from meteor.residents.models import Resident
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.web.lists import PAGE_SIZE
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


def numbers(client: Browser, address: str = "/incidents/rows") -> list[str]:
    """The numbers of the incidents that are listed, from top to bottom."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [part.split('"')[0] for part in answer.text.split('id="row-')[1:]]


def queued() -> list[queues.Row]:
    """The rows of everything that is open."""
    return list(queues.rows([it.id for it in queues.open_incidents(None)]).values())


# --- what stands in it, and in which order ---


def test_what_is_lacking_may_have_a_name_no_more(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    shortfall.keep(
        incident.id, [Gap("boat", 1, "none")], shortfall.gaps(incident.id)
    )  # removed by the administrator since
    assert numbers(as_user("komang")) == [incident.number]
    assert "boat" in as_user("komang").get("/incidents/rows").text


def test_the_most_urgent_stands_first_and_of_equals_the_oldest(as_user: AsUser, cast: Cast) -> None:
    later = report(cast, "sari", "emergency")
    can_wait = report(cast, "wahyu", "other")
    earlier = report(cast, "agus", "emergency")
    earlier.opened_at = later.opened_at - timedelta(minutes=1)
    assert numbers(as_user("komang")) == [earlier.number, later.number, can_wait.number]


def test_who_moved_out_is_no_longer_verified(cast: Cast) -> None:
    report(cast, "sari", "emergency")
    assert [row.verified for row in queued()] == [True]
    sari = db.session.scalars(select(Resident).where(Resident.user_id == cast.sari.id)).one()
    sari.moved_out_on = today()
    assert [row.verified for row in queued()] == [False]


def test_an_agency_sees_what_its_types_lead_and_what_its_units_were_offered(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    police = report(cast, "sari", "crime")
    medical = report(cast, "wahyu", "medical")
    fire = report(cast, "karto", "fire")
    assert numbers(as_user("rina")) == [medical.number]
    assert numbers(as_user("dewi")) == [fire.number]
    assert numbers(as_user("agus")) == [police.number]
    rules.refuse(open_assignment("TRAIL-01"), "vehicle", now(), cast.agus)
    rules.close(police, "helped", "", now(), cast.komang)
    on_duty(cast, "bayu", "TRAIL-02")
    reconcile(fire.id, now())
    assert numbers(as_user("bayu")) == [fire.number]


@pytest.mark.parametrize("who", ["maya", "komang", "hadi", "yusuf"])
def test_the_112_room_and_the_chief_see_everything(as_user: AsUser, cast: Cast, who: str) -> None:
    everything = {report(cast, "sari", "crime").number, report(cast, "wahyu", "medical").number}
    assert set(numbers(as_user(who))) == everything


def test_an_officer_of_no_agency_sees_nothing(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    db.session.delete(db.session.get_one(Member, cast.agus.id))
    assert numbers(as_user("agus")) == []


def test_drills_and_closed_incidents_are_not_in_it(as_user: AsUser, cast: Cast) -> None:
    report(cast, "sari", drill=True)
    rules.close(report(cast, "wahyu"), "prank", "", now(), cast.komang)
    assert numbers(as_user("komang")) == []
    assert "Tidak ada kejadian terbuka" in as_user("komang").get("/incidents/rows").text


# --- its pages ---


@pytest.fixture
def many(cast: Cast) -> list[str]:
    """The numbers of more incidents than a page shows, the oldest first; too slow for a burst."""
    place = Place(*HOME, 10.0, "device")
    found = [
        incidents.open_incident(
            Opening(incidents.type_for("other"), "api", place), now() - timedelta(minutes=60 - minute)
        )
        for minute in range(PAGE_SIZE + 3)
    ]
    return [number for _, number in found]


def test_of_many_a_page_shows_fifty_counts_all_and_leads_to_the_next(as_user: AsUser, many: list[str]) -> None:
    komang = as_user("komang")
    first = komang.get("/incidents").text
    assert numbers(komang) == many[:PAGE_SIZE]
    assert "53 kejadian terbuka" in first
    assert "53 menunggu unit" in first
    assert "1–50 dari 53" in first
    assert re.findall(r'rel="(\w+)" id="[\w-]+" href="([^"]+)"', first) == [("next", "/incidents?page=2")]
    second = komang.get("/incidents?page=2").text
    assert numbers(komang, "/incidents/rows?page=2") == many[PAGE_SIZE:]
    assert 'hx-get="/incidents/rows?page=2"' in second
    assert "53 kejadian terbuka" in second
    assert re.findall(r'rel="(\w+)" id="[\w-]+" href="([^"]+)"', second) == [("prev", "/incidents?page=1")]


def test_what_is_most_urgent_is_on_the_first_page_however_many_wait(
    as_user: AsUser, cast: Cast, many: list[str]
) -> None:
    urgent = report(cast)
    assert numbers(as_user("komang"))[0] == urgent.number


@pytest.mark.parametrize(("asked", "shown"), [("9", 2), ("0", 1), ("-1", 1), ("x", 1), ("", 1)])
def test_a_page_that_is_not_there_is_the_nearest_that_is(
    as_user: AsUser, many: list[str], asked: str, shown: int
) -> None:
    rows = numbers(as_user("komang"), f"/incidents/rows?page={asked}")
    assert rows == (many[:PAGE_SIZE] if shown == 1 else many[PAGE_SIZE:])


def test_a_poll_of_a_page_is_answered_by_nothing_while_nothing_happened(as_user: AsUser, many: list[str]) -> None:
    version = timeline.version()
    assert as_user("komang").get(f"/incidents/rows?page=2&v={version}").status_code == 204


def test_the_first_page_of_one_is_never_the_second_of_another(as_user: AsUser, many: list[str]) -> None:
    assert numbers(as_user("komang"), "/incidents/rows?page=2") != numbers(as_user("maya"))


# --- what a row says ---


def row(client: Browser, incident: Incident) -> str:
    return client.get("/incidents/rows").text.split(f'id="row-{incident.number}"')[1].split("</li>\n  \n")[0]


def test_a_row_says_what_where_since_when_and_who(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    text = row(as_user("agus"), report(cast))
    assert "Darurat" in text
    assert "P1" in text
    assert "RT 03 RW 05, Mayangan (perkiraan)" in text
    assert "Alun-alun Probolinggo" in text
    assert "TRAIL-01" in text
    assert "Ditawarkan" in text
    assert 'data-late-after="30"' in text


def test_what_nobody_is_left_to_do_is_named(as_user: AsUser, cast: Cast) -> None:
    assert "Belum ada unit yang siap: 2 × patrol" in row(as_user("komang"), report(cast, "sari", "crime"))


def test_where_nobody_is_any_more_the_row_says_so(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    there = open_assignment("TRAIL-01")
    rules.accept(there, now(), cast.agus)
    rules.arrive(there, now(), cast.agus)
    assert "Tidak ada lagi petugas" not in row(as_user("komang"), incident)
    rules.clear(there, now(), cast.agus)
    assert "Tidak ada lagi petugas di lokasi: tutup?" in row(as_user("komang"), incident)
    assert "Di lokasi</span>" not in row(as_user("komang"), incident)


def test_silence_a_suspension_and_a_stranger_are_marked(as_user: AsUser, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    text = row(as_user("maya"), report(cast, "karto", silent=True))
    assert "Senyap: jangan menelepon" in text
    assert "Ditahan: menunggu keputusan operator" in text
    assert "Belum diverifikasi RT" in text
    assert "Nomor belum terverifikasi" in text


def test_a_verified_number_is_not_marked(as_user: AsUser, cast: Cast) -> None:
    cast.sari.phone_verified_at = now()
    assert "Nomor belum terverifikasi" not in row(as_user("komang"), report(cast))


def test_a_place_that_nobody_knows_is_said_to_be_unknown(as_user: AsUser, cast: Cast) -> None:
    text = row(as_user("komang"), report(cast, "bayu", latitude=None, longitude=None))
    assert "Lokasi belum diketahui" in text
    assert "Tanpa posisi" in text


def test_after_reopening_the_clocks_begin_again(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    rules.arrive(open_assignment("TRAIL-01"), now() + timedelta(minutes=9), cast.agus)
    assert "terlambat tiba" in row(as_user("agus"), incident)
    rules.close(incident, "helped", "", now(), cast.agus)
    rules.reopen(incident, "Kembali lagi", now() + timedelta(minutes=20), cast.agus)
    text = row(as_user("agus"), incident)
    assert "terlambat tiba" not in text
    assert 'data-late-after="30"' in text


# --- polling ---


def test_a_poll_is_answered_by_nothing_while_nothing_happened(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    version = timeline.version()
    komang = as_user("komang")
    assert komang.get(f"/incidents/rows?v={version}").status_code == 204
    report(cast, "wahyu")
    answer = komang.get(f"/incidents/rows?v={version}")
    assert answer.status_code == 200
    assert f'data-version="{timeline.version()}"' in answer.text


def test_the_page_shows_the_rows_that_are_polled(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    komang = as_user("komang")
    rows = komang.get("/incidents/rows").text
    assert rows in komang.get("/incidents").text
    for word in ("<form", "<input", "hx-", "csrf"):
        assert word not in rows


def test_rows_are_rendered_once_for_all_who_see_and_speak_alike(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []
    read = queues.open_incidents
    monkeypatch.setattr(
        queues, "open_incidents", lambda scope, group=None: (asked.append(scope), read(scope, group))[1]
    )
    report(cast)
    police = cast.unit("TRAIL-01").agency_id
    for who in ("komang", "maya", "agus", "bayu", "komang", "agus"):
        as_user(who).get("/incidents/rows")
    assert asked == [None, police]
    cast.bayu.language = "en"
    assert "Emergency" not in as_user("agus").get("/incidents/rows").text
    assert "No unit left" in as_user("bayu").get("/incidents/rows").text
    assert asked == [None, police, police]
    report(cast, "wahyu")
    as_user("maya").get("/incidents/rows")
    assert asked == [None, police, police, None]


def test_a_rendering_under_way_is_waited_for_and_not_repeated() -> None:
    from threading import Event, Thread

    begun, go, made = Event(), Event(), []

    def slow() -> str:
        begun.set()
        assert go.wait(10)
        made.append("slow")
        return "rows"

    results: list[str] = []
    first = Thread(target=lambda: results.append(renderings.get("a test", 1, slow)))
    first.start()
    assert begun.wait(10)
    second = Thread(target=lambda: results.append(renderings.get("a test", 1, slow)))
    second.start()
    go.set()
    first.join()
    second.join()
    assert (results, made) == (["rows", "rows"], ["slow"])


# --- the page around it ---


def test_an_officer_off_duty_is_led_to_begin_duty(as_user: AsUser, cast: Cast) -> None:
    text = as_user("agus").get("/incidents").text
    assert "Anda tidak sedang berdinas" in text
    assert 'href="/unit">Mulai dinas' in text
    assert "/unit/offers" not in text


def test_on_duty_the_page_holds_the_unit_its_work_and_the_sound(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    text = as_user("agus").get("/incidents").text
    assert 'hx-get="/unit/offers"' in text
    assert 'id="sound"' in text
    assert "TRAIL-01" in text
    assert 'hx-get="/notices' not in text


def test_the_command_centre_has_its_alarms_on_the_page(as_user: AsUser, cast: Cast) -> None:
    for who in ("komang", "maya"):
        text = as_user(who).get("/incidents").text
        assert 'hx-get="/notices"' in text
        assert 'id="sound"' in text
        assert "/unit/offers" not in text


@pytest.mark.parametrize("address", ["/incidents", "/incidents/rows"])
@pytest.mark.parametrize("who", ["sari", "endang", "tuti", "toko", "bagas"])
def test_the_queue_is_not_for_other_roles(as_user: AsUser, cast: Cast, who: str, address: str) -> None:
    assert as_user(who).get(address).status_code == 403


def test_a_crew_s_work_begins_at_the_queue(as_user: AsUser, cast: Cast) -> None:
    assert as_user("agus").get("/sign-in").location == "/incidents"
