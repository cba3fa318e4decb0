"""The disaster agency's own warnings: one person writes, a second one approves, and only then is it published."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from math import cos, pi, sin
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from meteor.notices import unread
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import at_once, draft_areas, drafts
from meteor.warnings.draft_areas import areas_of
from meteor.warnings.models import HazardWarning, WarnedKelurahan, WarningDraft
from tests.admin import seen, trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.warnings.drafting import MAYANGAN, PUBLISHER, drafted, in_wib, kelurahan, published, typed

pytestmark = pytest.mark.both_databases

NEW = "/warnings/drafts/new?hazard=flood"


def only_draft() -> WarningDraft:
    db.session.expire_all()
    return db.session.scalars(select(WarningDraft)).one()


def only_warning() -> HazardWarning:
    db.session.expire_all()
    return db.session.scalars(select(HazardWarning)).one()


def how_many(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def approval(draft: WarningDraft) -> tuple[str, dict[str, str]]:
    """The address and the fields of the button that a page of this draft has."""
    return f"/warnings/drafts/{draft.id}/approval", {"seen": draft.written_at.isoformat()}


def approve(browser: Browser, draft: WarningDraft) -> str:
    """Press the button, and read the page that follows."""
    address, data = approval(draft)
    answer = browser.post(address, data=data)
    assert answer.status_code == 303
    return browser.get(answer.location).text


def test_a_new_warning_begins_with_texts_that_say_nothing_of_where(bagas: Browser) -> None:
    page = bagas.get(NEW).text
    assert 'value="Peringatan banjir"' in page
    assert 'value="Flood warning"' in page


def test_both_who_read_a_draft_see_its_english_text(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    bagas.post(NEW, data=typed())
    for address in ("", "/change"):
        page = bagas.get(f"/warnings/drafts/{only_draft().id}{address}").text
        assert " open>" in page[: page.index("Flood warning for Mayangan")].rpartition("<details")[2]
    page = ratna.get(f"/warnings/drafts/{only_draft().id}").text
    assert "<h3>Keadaan</h3>" in page
    assert "<h3>Wilayah</h3>" in page


def test_an_all_clear_calls_off_its_warning_and_takes_no_place(bagas: Browser, cast: Cast) -> None:
    warning = published(cast)
    says = "Mencabut “Waspada banjir”."
    assert says in bagas.get(f"/warnings/drafts/new?about={warning.id}&is=all-clear").text
    draft = drafted(cast.bagas, message_type="Cancel", about_id=warning.id)
    assert says in bagas.get(f"/warnings/drafts/{draft.id}").text


def test_an_address_may_say_what_is_happening_and_where_and_only_what_the_city_has(bagas: Browser) -> None:
    mayangan = kelurahan(MAYANGAN).id
    page = bagas.get(f"{NEW}&kelurahan={mayangan}&kelurahan=99999&kelurahan=x&description=%3Cb%3EAir+naik").text
    assert "&lt;b&gt;Air naik" in page
    assert re.findall(r'name="kelurahan" id="kelurahan-\d+" value="(\d+)" checked', page) == [str(mayangan)]
    long = bagas.get(f"{NEW}&description={'x' * 1600}").text
    assert re.search(r">\s*x{1500}</textarea>", long)


def test_a_hazard_brings_its_advice_in_both_languages(bagas: Browser) -> None:
    page = bagas.get("/warnings/drafts/new?hazard=tsunami").text
    assert "Segera ke tempat tinggi dan jauh dari pantai" in page
    assert "Go to higher ground at once" in page


def test_the_first_step_asks_for_the_hazard(bagas: Browser) -> None:
    assert 'href="/warnings/drafts/new?hazard=tidal_flood"' in bagas.get("/warnings/drafts/new").text
    assert "Banjir rob" in bagas.get("/warnings/drafts/new?hazard=nonsense").text


def test_a_draft_waits_and_nothing_is_published(bagas: Browser, cast: Cast) -> None:
    answer = bagas.post(NEW, data=typed())
    draft = only_draft()
    assert answer.location == f"/warnings/drafts/{draft.id}"
    assert (draft.state, draft.author_id, draft.hazard, draft.category) == ("waiting", cast.bagas.id, "flood", "Met")
    assert draft.expires == in_wib(6)
    assert how_many(HazardWarning) == 0
    assert [entry.actor_id for entry in trail("warning_drafted")] == [cast.bagas.id]


def test_the_preview_reads_as_citizens_will_read_it(bagas: Browser) -> None:
    page = bagas.get(bagas.post(NEW, data=typed()).location).text
    for words in ("Siaga", "Waspada banjir di Mayangan", "naik 80 cm", "Mayangan", "Matikan listrik", "WIB"):
        assert words in page
    assert page.index("Matikan listrik") < page.index("naik 80 cm")  # what to do comes first, as on the public page


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"headline_id": " "}, "Isi judul."),
        ({"headline_id": "x" * 161}, "160"),
        ({"description_id": ""}, "Isi apa yang terjadi."),
        ({"instruction_id": ""}, "Isi apa yang harus dilakukan warga."),
        ({"headline_en": ""}, "Isi judul bahasa Inggris juga"),
        ({"severity": ""}, "Pilih seberapa parah."),
        ({"urgency": "Past"}, "Pilih salah satu dari daftar."),
        ({"certainty": ""}, "Pilih seberapa yakin."),
        ({"expires": ""}, "Isi sampai kapan peringatan berlaku."),
        ({"expires": "besok"}, "Tulis tanggal dan jam"),
        ({"expires": "2020-01-01T10:00"}, "Waktu ini sudah lewat."),
        ({"onset": "2099-01-01T10:00"}, "Waktu berakhir harus setelah waktu mulai."),
        ({"kelurahan": []}, "Pilih wilayahnya: kelurahan, RW atau RT, atau area pada peta."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(bagas: Browser, changed: dict[str, Any], says: str) -> None:
    answer = bagas.post(NEW, data=typed(**changed))
    assert answer.status_code == 422
    assert says in answer.text
    assert "The river rises quickly." in answer.text
    assert how_many(WarningDraft) == 0


def test_without_english_there_is_no_english(bagas: Browser) -> None:
    bagas.post(NEW, data=typed(headline_en="", description_en="", instruction_en=""))
    assert list(only_draft().texts) == ["id"]


def test_a_kecamatan_stands_for_all_of_its_kelurahan(bagas: Browser) -> None:
    known = kelurahan(MAYANGAN)
    bagas.post(NEW, data=typed(kelurahan=[], kecamatan=[known.kecamatan_id]))
    assert len(only_draft().kelurahan_ids) == 2


def test_the_others_are_told_quietly_and_the_author_is_not(ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas, urgency="Expected")
    for user in (cast.ratna, cast.hadi):
        assert [note.kind for note in unread.unacknowledged(user, quiet=True)] == ["warning_draft"]
    assert not unread.unacknowledged(cast.bagas)
    drafts.approve(draft, draft.written_at, cast.ratna, now(), PUBLISHER)
    assert not unread.unacknowledged(cast.hadi)


def test_an_immediate_danger_rings_until_it_is_decided(ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    assert [note.kind for note in unread.unacknowledged(cast.hadi)] == ["warning_draft_urgent"]
    assert not unread.unacknowledged(cast.hadi, quiet=True)
    assert "Mendesak: ada peringatan yang menunggu persetujuan Anda" in ratna.get("/notices").text
    approve(ratna, draft)
    assert not unread.unacknowledged(cast.hadi)


def test_a_second_person_publishes_with_one_tap(ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    assert "Terbit sebagai METEOR-BPBD-20" in approve(ratna, draft)
    warning = only_warning()
    assert only_draft().warning_id == warning.id
    assert warning.identifier.startswith("METEOR-BPBD-20")
    assert warning.identifier.endswith("-001")
    assert (warning.sender, warning.sent.microsecond, warning.told_at) == ("bpbd@localhost", 0, None)
    assert warning.texts["id"]["event"] == "Banjir"
    assert [(entry.actor_id, entry.detail["author"]) for entry in trail("warning_published")] == [
        (cast.ratna.id, "Bagas BPBD")
    ]


def test_the_author_cannot_approve(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    assert "Orang kedua harus menyetujui" in approve(bagas, draft)
    assert only_draft().state == "waiting"
    assert how_many(HazardWarning) == 0


def test_the_author_sees_no_button_to_approve(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    address, _ = approval(draft)
    assert address not in bagas.get(f"/warnings/drafts/{draft.id}").text
    assert address in ratna.get(f"/warnings/drafts/{draft.id}").text


def test_the_question_says_who_is_told(ratna: Browser, cast: Cast) -> None:
    warning = drafted(cast.bagas)
    first = published(cast)
    clear = drafted(cast.bagas, message_type="Cancel", about_id=first.id)
    pages = [ratna.get(f"/warnings/drafts/{draft.id}").text for draft in (warning, clear)]
    assert ["mulai tingkat yang mereka pilih" in page for page in pages] == [True, False]
    assert ["Warga yang sudah diberi tahu" in page for page in pages] == [False, True]


def test_the_supervisor_approves_for_an_agency_of_one(as_user: Callable[[str], Browser], cast: Cast) -> None:
    approve(as_user("hadi"), drafted(cast.bagas))
    assert only_draft().decided_by_id == cast.hadi.id


def test_a_call_taker_writes_no_warnings(as_user: Callable[[str], Browser], cast: Cast) -> None:
    draft = drafted(cast.bagas)
    assert as_user("maya").post(NEW, data=typed()).status_code == 403
    assert as_user("maya").post(f"/warnings/drafts/{draft.id}/change", data=typed()).status_code == 403


def test_of_two_who_approve_one_wins(ratna: Browser, as_user: Callable[[str], Browser], cast: Cast) -> None:
    draft, hadi = drafted(cast.bagas), as_user("hadi")
    address, data = approval(draft)
    ratna.post(address, data=data)
    answer = hadi.post(address, data=data)
    assert "Ratna BPBD menyetujui peringatan ini" in hadi.get(answer.location).text
    assert how_many(HazardWarning) == 1
    assert only_draft().decided_by_id == cast.ratna.id


def test_two_who_approve_at_the_same_moment_publish_once(
    ratna: Browser, as_user: Callable[[str], Browser], cast: Cast
) -> None:
    browsers = [ratna, as_user("hadi")]
    for rounds in range(1, 4):
        address, data = approval(drafted(cast.bagas))
        db.session.commit()  # the test's own transaction would keep both waiting
        start = Barrier(len(browsers))

        def press(browser: Browser, address: str = address, data: Any = data, start: Barrier = start) -> str:
            start.wait()
            with browser.application.app_context():
                return browser.post(address, data=data).location

        with ThreadPoolExecutor() as pool:
            answers = sorted(pool.map(press, browsers))
        assert answers == ["/warnings/drafts", address.removesuffix("/approval")]
        assert how_many(HazardWarning) == rounds


def test_what_was_changed_after_it_was_read_is_not_approved(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    address, data = approval(draft)
    url = f"/warnings/drafts/{draft.id}/change"
    bagas.post(url, data=typed(headline_id="Banjir di kedua kelurahan", seen=seen(bagas.get(url))))
    answer = ratna.post(address, data=data)
    assert "Bagas BPBD mengubah draf ini" in ratna.get(answer.location).text
    assert how_many(HazardWarning) == 0


@pytest.mark.parametrize("said", ["", "yesterday", "2026-11-29T10:00:00"])
def test_an_approval_says_what_was_read(ratna: Browser, cast: Cast, said: str) -> None:
    address, _ = approval(drafted(cast.bagas))
    assert ratna.post(address, data={"seen": said}).status_code == 400


def test_who_changes_a_draft_becomes_its_author(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    url = f"/warnings/drafts/{draft.id}/change"
    ratna.post(url, data=typed(severity="Extreme", seen=seen(ratna.get(url))))
    assert (only_draft().author_id, only_draft().severity) == (cast.ratna.id, "Extreme")
    assert "Orang kedua harus menyetujui" in approve(ratna, only_draft())
    approve(bagas, only_draft())
    assert only_draft().state == "published"


def test_a_change_over_another_change_is_shown_again(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    url = f"/warnings/drafts/{draft.id}/change"
    version = seen(ratna.get(url))
    bagas.post(url, data=typed(seen=version))
    answer = ratna.post(url, data=typed(headline_id="Judul Ratna", seen=version))
    assert answer.status_code == 422
    assert "Judul Ratna" in answer.text


def test_a_published_warning_is_not_changed(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    approve(ratna, draft)
    answer = bagas.post(f"/warnings/drafts/{draft.id}/change", data=typed())
    assert "Peringatan sudah terbit" in bagas.get(answer.location).text
    assert only_draft().texts["id"]["headline"] == "Waspada banjir"
    with pytest.raises(drafts.NotWaiting):
        drafts.write(only_draft(), {}, cast.bagas, now())


def test_a_refusal_says_why_and_the_draft_can_be_changed(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    address, data = f"/warnings/drafts/{draft.id}/refusal", {"seen": draft.written_at.isoformat()}
    assert "Isi alasan." in ratna.post(address, data=data).text
    ratna.post(address, data=data | {"reason": "Air sudah surut"})
    assert (only_draft().state, only_draft().decided_by_id) == ("refused", cast.ratna.id)
    assert "Ratna BPBD menolaknya: Air sudah surut" in bagas.get(f"/warnings/drafts/{draft.id}").text
    assert [entry.detail["reason"] for entry in trail("warning_refused")] == ["Air sudah surut"]
    url = f"/warnings/drafts/{draft.id}/change"
    bagas.post(url, data=typed(seen=seen(bagas.get(url))))
    assert (only_draft().state, only_draft().refusal) == ("waiting", "")


def test_a_draft_that_its_author_takes_back_is_not_called_refused(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    data = {"seen": draft.written_at.isoformat(), "reason": "Salah tulis"}
    answer = bagas.post(f"/warnings/drafts/{draft.id}/refusal", data=data)
    page = bagas.get(answer.location).text
    assert "Draf ditarik." in page
    assert "Ditolak" not in page
    for address in (f"/warnings/drafts/{draft.id}", f"/warnings/drafts/{draft.id}/change"):
        assert "Bagas BPBD menariknya: Salah tulis" in bagas.get(address).text
    assert "Bagas BPBD menarik draf ini" in approve(ratna, draft)
    assert [entry.detail["reason"] for entry in trail("warning_withdrawn")] == ["Salah tulis"]
    assert trail("warning_refused") == []


def test_a_refused_draft_is_not_approved(ratna: Browser, as_user: Callable[[str], Browser], cast: Cast) -> None:
    draft, hadi = drafted(cast.bagas), as_user("hadi")
    drafts.refuse(draft, draft.written_at, "Air sudah surut", cast.ratna, now())
    assert "Ratna BPBD menolak draf ini" in approve(hadi, draft)
    data = {"seen": draft.written_at.isoformat(), "reason": "Sama"}
    answer = hadi.post(f"/warnings/drafts/{draft.id}/refusal", data=data)
    assert "Ratna BPBD menolak draf ini" in hadi.get(answer.location).text
    assert only_draft().refusal == "Air sudah surut"


def test_a_warning_that_would_be_over_is_not_published(ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    draft.expires = now() - timedelta(minutes=1)
    db.session.commit()
    assert "Masa berlaku peringatan ini sudah lewat" in approve(ratna, draft)
    assert how_many(HazardWarning) == 0


def test_an_update_takes_the_place_of_the_warning(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    first = published(cast)
    url = f"/warnings/drafts/new?about={first.id}&is=update"
    assert "Waspada banjir" in bagas.get(url).text
    bagas.post(url, data=typed())
    draft = db.session.scalars(select(WarningDraft).where(WarningDraft.warning_id.is_(None))).one()
    assert (draft.message_type, draft.about_id) == ("Update", first.id)
    approve(ratna, draft)
    db.session.expire_all()
    assert draft.warning is not None
    assert (first.ended_by_id, draft.warning.identifier[-3:]) == (draft.warning_id, "002")
    assert first.ended_at == draft.decided_at


def test_an_all_clear_asks_for_its_texts_alone(ratna: Browser, bagas: Browser, cast: Cast) -> None:
    first = published(cast)
    url = f"/warnings/drafts/new?about={first.id}&is=all-clear"
    page = bagas.get(url).text
    assert "Aman kembali: Waspada banjir" in page
    assert 'name="severity"' not in page
    bagas.post(url, data=typed())
    draft = db.session.scalars(select(WarningDraft).where(WarningDraft.warning_id.is_(None))).one()
    assert (draft.urgency, draft.expires, draft.kelurahan_ids) == ("Past", first.expires, [kelurahan(MAYANGAN).id])
    change = f"/warnings/drafts/{draft.id}/change"
    bagas.post(change, data=typed(description_id="Air sudah surut.", seen=seen(bagas.get(change))))
    approve(ratna, draft)
    db.session.expire_all()
    assert draft.texts["id"]["description"] == "Air sudah surut."
    assert first.ended_at is not None
    assert drafts.current(now()) == []


def test_two_updates_of_one_warning_are_not_both_published(ratna: Browser, cast: Cast) -> None:
    first = published(cast)
    one, other = (drafted(cast.bagas, message_type="Update", about_id=first.id) for _ in range(2))
    approve(ratna, one)
    assert "sudah berakhir" in approve(ratna, other)
    db.session.expire_all()
    assert other.state == "waiting"
    assert how_many(HazardWarning) == 2


def test_an_all_clear_of_a_warning_that_has_expired_is_to_be_withdrawn(ratna: Browser, cast: Cast) -> None:
    first = published(cast)
    draft = drafted(cast.bagas, message_type="Cancel", about_id=first.id)
    draft.expires = first.expires = now() - timedelta(minutes=1)
    db.session.commit()
    assert "Peringatannya sudah berakhir; tarik draf ini." in approve(ratna, draft)


def test_an_all_clear_of_a_warning_that_was_updated_is_to_be_written_anew(ratna: Browser, cast: Cast) -> None:
    first = published(cast)
    update, clear = (drafted(cast.bagas, message_type=kind, about_id=first.id) for kind in ("Update", "Cancel"))
    approve(ratna, update)
    assert "nyatakan aman untuk peringatan yang baru" in approve(ratna, clear)
    assert how_many(HazardWarning) == 2


def test_a_second_all_clear_is_to_be_withdrawn(ratna: Browser, cast: Cast) -> None:
    first = published(cast)
    one, other = (drafted(cast.bagas, message_type="Cancel", about_id=first.id) for _ in range(2))
    approve(ratna, one)
    assert "Peringatannya sudah berakhir; tarik draf ini." in approve(ratna, other)


@pytest.mark.parametrize("query", ["about=999&is=update", "about=x&is=update"])
def test_there_is_no_update_of_what_is_not_ours(bagas: Browser, query: str) -> None:
    assert bagas.get(f"/warnings/drafts/new?{query}").status_code == 404


def test_an_update_is_of_a_warning_that_holds(bagas: Browser, cast: Cast) -> None:
    first = published(cast)
    assert bagas.get(f"/warnings/drafts/new?about={first.id}&is=nonsense").status_code == 404
    first.ended_at = now()
    db.session.commit()
    assert bagas.get(f"/warnings/drafts/new?about={first.id}&is=update").status_code == 404


def test_without_a_boundary_the_area_is_a_circle_that_says_so(cast: Cast) -> None:
    warning = published(cast)
    (area,) = warning.areas
    assert area["polygons"] == []
    assert area["circles"] == [[-7.7337, 113.2166, 1.5]]
    assert area["description"] == "Kelurahan Mayangan, Kecamatan Mayangan (perkiraan)"
    assert area["geocodes"] == {"KEMENDAGRI": [MAYANGAN]}
    assert db.session.scalars(select(WarnedKelurahan.exact)).all() == [False]


def test_a_boundary_is_simplified_to_200_points(app: Flask) -> None:
    bends = [2 * pi * at / 3000 for at in range(3000)]
    ring = [[113.21 + (0.004 + 0.0001 * sin(40 * at)) * cos(at), -7.73 + 0.004 * sin(at)] for at in bends]
    square = [[113.2, -7.7], [113.201, -7.7], [113.201, -7.701], [113.2, -7.7]]
    known = kelurahan(MAYANGAN)
    known.boundary = json.dumps({"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]]], [square]]})
    (area,) = areas_of([known])
    outline, small = area["polygons"]
    assert 20 < len(outline) <= 200
    assert outline[0] == outline[-1]
    assert small == [[-7.7, 113.2], [-7.7, 113.201], [-7.701, 113.201], [-7.7, 113.2]]
    assert area["circles"] == []
    assert "perkiraan" not in area["description"]


def test_a_boundary_is_simplified_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_areas._polygons.cache_clear()
    known, read = kelurahan(MAYANGAN), []
    parts = draft_areas._parts
    monkeypatch.setattr(draft_areas, "_parts", lambda area: read.append(area) or parts(area))
    square = [[113.2, -7.7], [113.202, -7.7], [113.202, -7.702], [113.2, -7.7]]
    known.boundary = json.dumps({"type": "Polygon", "coordinates": [square]})
    assert areas_of([known]) == areas_of([known])
    assert len(read) == 1
    known.boundary = known.boundary.replace("113.202", "113.203")
    assert areas_of([known])[0]["polygons"][0][1] == [-7.7, 113.203]


def test_the_list_begins_with_what_waits(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    published(cast)
    drafted(cast.bagas)
    page = ratna.get("/warnings/drafts").text
    assert page.index("Menunggu persetujuan") < page.index("Berlaku saat ini") < page.index("Sudah diputuskan")
    assert "Baca dan putuskan" in page
    assert "Perlu persetujuan orang kedua" in bagas.get("/warnings/drafts").text


def test_a_write_without_its_token_is_refused(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    for address in (NEW, f"/warnings/drafts/{draft.id}/approval", f"/warnings/drafts/{draft.id}/refusal"):
        assert bagas.post(address, data=typed(), csrf=False).status_code == 400


def test_the_seventh_warning_of_an_author_within_an_hour_waits(ratna: Browser, cast: Cast) -> None:
    with time_machine.travel("2026-11-30T10:00:00+07:00", tick=False) as clock:
        for _ in range(6):
            published(cast, expires=in_wib(6))
            clock.shift(timedelta(minutes=1))
        draft = drafted(cast.bagas, expires=in_wib(6))
        with pytest.raises(drafts.TooMany) as refused:
            drafts.approve(draft, draft.written_at, cast.ratna, now(), PUBLISHER)
        assert refused.value.until == now() + timedelta(minutes=54)
        db.session.rollback()
        assert drafts.waiting() == [draft]
        other = drafted(cast.komang, expires=in_wib(6))
        assert drafts.approve(other, other.written_at, cast.ratna, now(), PUBLISHER)
        db.session.commit()
        clock.shift(timedelta(minutes=54))
        drafts.approve(draft, draft.written_at, cast.ratna, now(), PUBLISHER)


def test_an_author_who_published_six_is_told_when_the_next_may_go(ratna: Browser, cast: Cast) -> None:
    for _ in range(6):
        published(cast)
    page = approve(ratna, drafted(cast.bagas))
    assert "sudah menerbitkan 6 peringatan dalam satu jam" in page
    assert how_many(HazardWarning) == 6


def test_corrections_all_clears_and_what_goes_at_once_are_never_too_many(ratna: Browser, cast: Cast) -> None:
    warnings = [published(cast) for _ in range(6)]
    clear = drafted(cast.bagas, message_type="Cancel", about_id=warnings[0].id)
    assert "Terbit sebagai" in approve(ratna, clear)
    assert "Terbit sebagai" in approve(ratna, drafted(cast.bagas, message_type="Update", about_id=warnings[1].id))
    urgent = drafted(cast.bagas)
    at_once.publish(urgent, urgent.written_at, "Tanggul jebol", cast.bagas, now(), PUBLISHER)
    db.session.commit()
    assert how_many(HazardWarning) == 9
