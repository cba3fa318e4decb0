"""Warnings of BPBD for single RW and RT and for an area on the map, up to whom they reach."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices import rules as notices
from meteor.residents.models import Household, Resident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.territory.areas import remove_rt
from meteor.territory.models import Rt, Rw
from meteor.warnings import drafts, geojson, labels, reading
from meteor.warnings.models import HazardWarning, WarnedRt, WarningDraft
from meteor.warnings.recipients import lives_there
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.warnings.drafting import MAYANGAN, PUBLISHER, drafted, kelurahan, published, typed
from tests.warnings.scenes import settle_in, tell_all, told

pytestmark = pytest.mark.both_databases

NEW = "/warnings/drafts/new?hazard=flood"
AROUND_SARI = "\n".join(["-7.7330, 113.2160", "-7.7330, 113.2170", "-7.7345, 113.2170", "-7.7345, 113.2160"])
RING = [[-7.733, 113.216], [-7.733, 113.217], [-7.7345, 113.217], [-7.7345, 113.216]]
AT_SEA = "-7.70, 113.20\n-7.70, 113.21\n-7.71, 113.21"


def rt(number: int) -> Rt:
    return db.session.scalars(select(Rt).where(Rt.number == number)).one()


def verify(user: User) -> None:
    home_of(user).verified_at = now()
    db.session.commit()


def neighbours(count: int) -> None:
    """So many more verified residents of Sari's RT, without accounts."""
    home = Household(rt=rt(3), address="Jl. Ikan Paus 12")
    db.session.add_all(Resident(household=home, name="Warga", verified_at=now()) for _ in range(count))
    db.session.commit()


def home_of(user: User) -> Resident:
    return db.session.scalars(select(Resident).where(Resident.user_id == user.id)).one()


def for_rt_3(cast: Cast, **changed: Any) -> HazardWarning:
    """A warning for Sari's RT alone."""
    return published(cast, **{"kelurahan_ids": [], "rt_ids": [rt(3).id]} | changed)


def only_draft() -> WarningDraft:
    db.session.expire_all()
    return db.session.scalars(select(WarningDraft)).one()


def only_home(cast: Cast, latitude: float, longitude: float) -> None:
    """Of Sari's RT only the position of her home is known."""
    near, sari, karto = rt(3), home_of(cast.sari).household, home_of(cast.karto).household
    near.latitude, near.longitude = None, None
    karto.latitude = None
    sari.latitude, sari.longitude = latitude, longitude
    db.session.commit()


def concerned(user: User, warning: HazardWarning) -> bool:
    there = select(User.id).where(User.id == user.id, lives_there(User.id, warning.id))
    return db.session.scalar(there) is not None


def test_rw_and_rt_are_typed_as_they_are_called(bagas: Browser, cast: Cast) -> None:
    bagas.post(
        NEW, data=typed(kelurahan=[], rts="RW 05 Mayangan\nrt 3 rw 5 kelurahan mayangan\nRT 003/RW 005 Mayangan\n")
    )
    draft = only_draft()
    assert (draft.kelurahan_ids, draft.rw_ids, draft.rt_ids) == ([], [rt(3).rw_id], [rt(3).id])
    page = bagas.get(f"/warnings/drafts/{draft.id}/change").text
    assert "RW 05 Mayangan\nRT 03 RW 05 Mayangan</textarea>" in page


@pytest.mark.parametrize(
    "line", ["RT 99 RW 05 Mayangan", "RW 09 Mayangan", "RT 03 RW 05 Kademangan", "Mayangan", "RT 03"]
)
def test_what_is_not_in_the_register_is_named(bagas: Browser, line: str) -> None:
    answer = bagas.post(NEW, data=typed(rts=f"RT 03 RW 05 Mayangan\n{line}"))
    assert answer.status_code == 422
    assert f"“{line}” tidak ada dalam data." in answer.text


@pytest.mark.parametrize(
    ("corners", "says"),
    [
        ("di depan pasar", "“di depan pasar” bukan titik sudut."),
        ("-7.73, 113.21\n-7.74, 113.21", "3 sampai 100 titik sudut"),
        ("-7.73, 113.21\n-7.74, 113.22\n-7.73, 113.22\n-7.74, 113.21", "tidak boleh berpotongan"),
        (AT_SEA, "Tidak ada RT yang letaknya diketahui di area ini."),
    ],
)
def test_corners_that_are_no_area_are_refused(bagas: Browser, corners: str, says: str) -> None:
    answer = bagas.post(NEW, data=typed(kelurahan=[], corners=corners))
    assert answer.status_code == 422
    assert says in answer.text


def test_an_area_stands_for_every_rt_with_a_home_or_its_middle_inside(bagas: Browser, cast: Cast) -> None:
    bagas.post(NEW, data=typed(kelurahan=[], corners=f"{AROUND_SARI}\n-7.7330, 113.2160"))
    draft = only_draft()
    assert draft.polygon == RING
    page = bagas.get(f"/warnings/drafts/{draft.id}").text
    assert "RT 03 RW 05 Mayangan" in page
    assert "1 RT diperingatkan." in page
    home = home_of(cast.sari).household
    rt(3).latitude, home.latitude = -7.75, -7.75
    home_of(cast.karto).household.latitude = None
    db.session.commit()
    assert "RT 03 RW 05 Mayangan" not in bagas.get(f"/warnings/drafts/{draft.id}").text
    rt(3).latitude = HOME[0]
    db.session.commit()
    assert "RT 03 RW 05 Mayangan" in bagas.get(f"/warnings/drafts/{draft.id}").text


def test_rt_of_which_no_position_is_known_are_listed_beside_a_drawn_area(bagas: Browser, cast: Cast) -> None:
    home, next_door = home_of(cast.wahyu).household, rt(4)
    db.session.add(Rt(rw=Rw(kelurahan=kelurahan("35.74.03.1007"), number=1), number=9))
    next_door.latitude = next_door.longitude = home.latitude = None
    db.session.commit()
    draft = drafted(cast.bagas, kelurahan_ids=[], polygon=RING)
    sentence = "Letak RT ini tidak diketahui: RT 04 RW 05 Mayangan. Jika berada di dalam area, tulis namanya di draf."
    assert sentence in bagas.get(f"/warnings/drafts/{draft.id}").text
    draft.rt_ids = [next_door.id]
    db.session.commit()
    assert "Letak RT ini" not in bagas.get(f"/warnings/drafts/{draft.id}").text
    draft.rt_ids, home.latitude = [], HOME[0] - 0.01
    db.session.commit()
    assert "Letak RT ini" not in bagas.get(f"/warnings/drafts/{draft.id}").text


def test_the_form_says_which_rt_a_drawn_area_warns(bagas: Browser) -> None:
    page = bagas.get(NEW).text
    assert "Tulis nama RT yang letaknya belum tercatat." in page


def test_the_preview_counts_those_who_can_be_told_and_the_verified_without_an_account(
    bagas: Browser, cast: Cast
) -> None:
    draft = drafted(cast.bagas)
    neighbours(3)
    verify(cast.wahyu)
    sentence = "Warga terverifikasi di wilayah itu: 2 punya akun, 3 belum."
    assert sentence in bagas.get(f"/warnings/drafts/{draft.id}").text
    cast.wahyu.active = False
    db.session.commit()
    sentence = "Warga terverifikasi di wilayah itu: 1 punya akun, 4 belum."
    assert sentence in bagas.get(f"/warnings/drafts/{draft.id}").text
    home_of(cast.wahyu).verified_at = None
    neighbours(1)
    sentence = "Warga terverifikasi di wilayah itu: 1 punya akun, 4 belum."
    assert sentence in bagas.get(f"/warnings/drafts/{draft.id}").text


def test_the_preview_has_no_numbers_of_a_few_residents(bagas: Browser, cast: Cast) -> None:
    neighbours(2)
    draft = drafted(cast.bagas, kelurahan_ids=[], rt_ids=[rt(3).id])
    page = bagas.get(f"/warnings/drafts/{draft.id}").text
    assert "Kurang dari 5 warga terverifikasi tinggal di wilayah itu." in page
    assert "punya akun, " not in page


def test_a_kelurahan_that_is_ticked_stands_for_all_of_its_rt(cast: Cast) -> None:
    warning = published(cast, rt_ids=[rt(3).id], polygon=RING)
    assert warning.touched_rts == []


@pytest.mark.parametrize(("who", "action"), [("hadi", "approval"), ("bagas", "publication")])
def test_a_draft_of_which_no_place_is_left_is_not_published(
    as_user: Any, bagas: Browser, cast: Cast, who: str, action: str
) -> None:
    draft = drafted(cast.bagas, kelurahan_ids=[], rt_ids=[999])
    form = {"seen": draft.written_at.isoformat(), "life_at_risk": "y", "reason": "Air masuk rumah."}
    browser = bagas if who == "bagas" else as_user(who)
    assert browser.post(f"/warnings/drafts/{draft.id}/{action}", data=form).status_code == 303
    page = browser.get("/warnings/drafts/1").text
    assert "Tidak ada lagi wilayah yang tersisa untuk peringatan ini" in page
    assert only_draft().state == "waiting"
    assert db.session.scalars(select(HazardWarning)).all() == []


def test_only_residents_of_the_rt_are_told(app: Flask, cast: Cast) -> None:
    verify(cast.wahyu)
    settle_in(cast.slamet, "Sukabumi")
    warning = for_rt_3(cast, kelurahan_ids=[kelurahan("35.74.03.1007").id], severity="Extreme")
    tell_all()
    assert [concerned(user, warning) for user in (cast.sari, cast.wahyu, cast.slamet)] == [True, False, True]
    assert told(cast.sari, "warning_extreme_rt") == [f"warning:{warning.id}"]
    assert told(cast.slamet, "warning_extreme") == [f"warning:{warning.id}"]
    assert (told(cast.sari), told(cast.wahyu)) == ([f"warning:{warning.id}"], [])


def test_an_update_for_another_rt_ends_it_for_those_who_were_told(app: Flask, cast: Cast) -> None:
    verify(cast.wahyu)
    first = for_rt_3(cast)
    tell_all()
    second = for_rt_3(cast, message_type="Update", about_id=first.id, rt_ids=[rt(4).id])
    tell_all()
    assert told(cast.sari, "warning_over") == [f"warning-over:{second.id}"]
    assert told(cast.wahyu) == [f"warning:{second.id}"]


def test_an_update_does_not_ring_again_for_those_of_the_rt_who_know(app: Flask, cast: Cast) -> None:
    first = for_rt_3(cast, severity="Extreme")
    tell_all()
    notices.acknowledge_all(f"warning:{first.id}:", cast.sari, now())
    db.session.commit()
    second = for_rt_3(cast, message_type="Update", about_id=first.id, severity="Extreme")
    tell_all()
    assert told(cast.sari, "warning_rt", "warning", "warning_extreme_rt")[1:] == [f"warning:{second.id}"]
    assert told(cast.sari, "warning_rt") == [f"warning:{second.id}"]


def test_the_banner_says_rt_and_to_the_neighbours_that_it_is_elsewhere(as_user: Any, cast: Cast) -> None:
    for_rt_3(cast)
    sari, wahyu = as_user("sari").get("/").text, as_user("wahyu").get("/").text
    assert "WIB di RT Anda</span>" in sari
    assert "kelurahan Anda" not in wahyu
    assert "1 peringatan di tempat lain di kota" in wahyu


def test_a_move_within_the_warned_area_changes_the_banner(cast: Cast) -> None:
    for_rt_3(cast)
    seen = reading.concerns(cast.sari.id, now())
    sukabumi = kelurahan("35.74.03.1007")
    home_of(cast.sari).household.rt = Rt(rw=Rw(kelurahan=sukabumi, number=1), number=1)
    db.session.commit()
    moved = reading.concerns(cast.sari.id, now())
    assert (len(seen.rt), moved.here, len(moved.elsewhere)) == (1, [], 1)
    assert seen.version != moved.version


def test_the_public_page_names_the_rt_and_not_the_kelurahan(app: Flask, cast: Cast) -> None:
    warning = for_rt_3(cast)
    for address in ("/warnings", f"/warnings/{warning.id}"):
        page = app.test_client().get(address).text
        assert "RT 03 RW 05 Mayangan" in page
        assert "data-area" not in page.split("<main", 1)[1]
    assert 'data-mark="warned" data-latitude="-7.733700"' in app.test_client().get("/warnings").text


def test_the_map_of_a_warning_for_single_rt_is_that_of_their_surroundings(app: Flask, cast: Cast) -> None:
    page = app.test_client().get(f"/warnings/{for_rt_3(cast).id}").text
    assert 'id="warned-map"' in page
    assert 'id="warned-city"' not in page


def test_beside_single_rt_a_whole_kelurahan_is_called_one(app: Flask, bagas: Browser, cast: Cast) -> None:
    sukabumi = kelurahan("35.74.03.1007").id
    draft = drafted(cast.bagas, kelurahan_ids=[sukabumi], rt_ids=[rt(3).id])
    read = bagas.get(f"/warnings/drafts/{draft.id}").text
    assert "<p>Kelurahan Sukabumi, RT 03 RW 05 Mayangan</p>" in read
    assert "1 kelurahan dan 1 RT di kelurahan lain diperingatkan." in read
    for_rt_3(cast, kelurahan_ids=[sukabumi])
    page = app.test_client().get("/warnings").text.split("<main", 1)[1]
    assert f'RT 03 RW 05 Mayangan, Kelurahan <span data-area="{sukabumi}"' in page


def test_an_rt_is_a_circle_around_its_middle_that_reaches_its_homes(cast: Cast) -> None:
    home = home_of(cast.karto).household
    home.latitude = HOME[0] - 0.004
    db.session.commit()
    (area,) = for_rt_3(cast).areas
    assert area["description"] == "RT 03 RW 05, Kelurahan Mayangan, Kecamatan Mayangan"
    assert area["circles"] == [[*HOME, 0.45]]
    assert area["geocodes"] == {"RT-RW": [f"{MAYANGAN}/05/03"]}


def test_the_circle_of_an_rt_without_a_middle_does_not_tell_where_a_home_is(app: Flask, cast: Cast) -> None:
    only_home(cast, HOME[0] + 0.00023, HOME[1] + 0.00019)
    warning = for_rt_3(cast)
    assert warning.areas[0]["circles"] == [[-7.733, 113.217, 0.25]]
    assert "<circle>-7.733000,113.217000 0.25</circle>" in warning.xml
    assert 'data-latitude="-7.733000" data-longitude="113.217000"' in app.test_client().get("/warnings").text


def test_the_circle_of_two_homes_does_not_tell_their_distance(cast: Cast) -> None:
    only_home(cast, *HOME)
    near, far = home_of(cast.sari).household, home_of(cast.karto).household
    near.latitude, far.latitude = HOME[0], HOME[0] - 0.004
    db.session.commit()
    ((latitude, longitude, kilometres),) = for_rt_3(cast).areas[0]["circles"]
    assert (latitude, longitude) == (-7.736, 113.217)
    assert kilometres == 0.35  # the farther home is 260 m away


@pytest.mark.parametrize("middle", [HOME, (None, None)])
def test_a_home_whose_position_was_taken_far_away_does_not_widen_the_circle(
    cast: Cast, middle: tuple[float | None, float | None]
) -> None:
    near = rt(3)
    near.latitude, near.longitude = middle
    for latitude, longitude in [(-7.7338, 113.2166), (-7.7336, 113.2166), (-7.7700, 113.2166)]:
        db.session.add(Household(rt=near, address=f"{latitude}", latitude=latitude, longitude=longitude))
    db.session.commit()
    ((latitude, longitude, kilometres),) = for_rt_3(cast).areas[0]["circles"]
    assert kilometres <= 0.25
    assert (round(latitude, 3), round(longitude, 3)) == (-7.734, 113.217)


def test_an_rw_is_one_area_of_all_its_rt(cast: Cast) -> None:
    warning = published(cast, kelurahan_ids=[], rw_ids=[rt(3).rw_id])
    (area,) = warning.areas
    assert area["description"].startswith("RW 05, Kelurahan Mayangan")
    assert len(area["geocodes"]["RT-RW"]) == 2
    assert len(db.session.scalars(select(WarnedRt)).all()) == 2


def test_a_drawn_area_is_a_polygon_in_cap_and_geojson(cast: Cast) -> None:
    warning = published(cast, kelurahan_ids=[], polygon=RING)
    assert "<areaDesc>Area pada peta: RT 03 RW 05 Mayangan</areaDesc>" in warning.xml
    assert "<polygon>-7.733000,113.216000 -7.733000,113.217000 " in warning.xml
    (feature,) = geojson.collection([warning])["features"]
    assert feature["properties"]["rt"] == ["RT 03 RW 05 Mayangan"]
    assert feature["geometry"]["coordinates"][0][0][0] == [113.216, -7.733]


def test_update_and_all_clear_begin_with_the_same_area(bagas: Browser, cast: Cast) -> None:
    warning = published(cast, kelurahan_ids=[], rw_ids=[rt(3).rw_id], polygon=RING)
    page = bagas.get(f"/warnings/drafts/new?about={warning.id}&is=update").text
    assert "RW 05 Mayangan</textarea>" in page
    assert "-7.733000, 113.216000" in page
    bagas.post(f"/warnings/drafts/new?about={warning.id}&is=all-clear", data=typed())
    clear = db.session.scalars(select(WarningDraft).where(WarningDraft.message_type == "Cancel")).one()
    assert (clear.rw_ids, clear.polygon) == ([rt(3).rw_id], RING)


def test_only_the_form_of_an_all_clear_does_not_offer_to_publish_at_once(bagas: Browser, cast: Cast) -> None:
    warning = published(cast)
    offer = "Bila ada nyawa terancam, Anda dapat langsung menerbitkannya"
    assert offer in bagas.get(f"/warnings/drafts/new?about={warning.id}&is=update").text
    assert offer not in bagas.get(f"/warnings/drafts/new?about={warning.id}&is=all-clear").text


def test_an_all_clear_is_for_those_of_the_warning_also_when_their_homes_have_gone(cast: Cast) -> None:
    warning = published(cast, kelurahan_ids=[], polygon=RING)
    draft = drafted(cast.bagas, message_type="Cancel", about_id=warning.id, kelurahan_ids=[], polygon=RING)
    for user in (cast.sari, cast.karto):
        home_of(user).household.latitude = None
    rt(3).latitude = None
    db.session.commit()
    clear = drafts.approve(draft, draft.written_at, cast.hadi, now(), PUBLISHER)
    assert [it.rt_id for it in clear.touched_rts] == [rt(3).id]
    assert [it.kelurahan.name for it in clear.touched] == ["Mayangan"]
    assert clear.areas == warning.areas


def test_an_rt_that_an_old_warning_names_can_be_removed_without_widening_it(app: Flask, cast: Cast) -> None:
    empty = Rt(rw=rt(3).rw, number=9)
    db.session.add(empty)
    db.session.commit()
    warning = published(cast, kelurahan_ids=[], rt_ids=[empty.id])
    remove_rt(empty, cast.hadi)
    db.session.commit()
    db.session.expire_all()
    assert warning.touched_rts == []
    assert not concerned(cast.sari, warning)
    assert reading.concerns(cast.sari.id, now()).here == []
    assert "Mayangan (RT yang sudah dihapus)" in app.test_client().get(f"/warnings/{warning.id}").text


def test_many_rt_are_named_in_short(app: Flask) -> None:
    mayangan, sukabumi = kelurahan(MAYANGAN), kelurahan("35.74.03.1007")
    rws = [Rw(kelurahan=place, kelurahan_id=place.id, number=number) for place, number in
           ((mayangan, 1), (mayangan, 2), (mayangan, 3), (mayangan, 7), (sukabumi, 1))]  # fmt: skip
    numbers = ([1, 2, 3, 5], [1, 2, 3, 5], [1, 2, 3, 5], [4, 5], [4, 5])
    some = [Rt(rw=rw, number=number) for rw, of_rw in zip(rws, numbers, strict=True) for number in of_rw]
    assert labels.rts(some) == "RT 01–03, 05 RW 01–03 Mayangan; RT 04, 05 RW 07 Mayangan; RT 04, 05 RW 01 Sukabumi"
