"""The administrator's pages about areas and known places."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from meteor.store.database import db
from meteor.territory.areas import add_rt, remove_rt
from meteor.territory.models import Kecamatan, Kelurahan, Landmark, Rt, Rw
from tests.admin import EVERYONE_ELSE, followed, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

MAYANGAN = {"name": "Mayangan", "postcode": "67218", "latitude": "-7.7337", "longitude": "113.2166"}
STATION = {"name": "Stasiun", "latitude": "-7.7432", "longitude": "113.2158"}


def kelurahan(name: str = "Mayangan") -> Kelurahan:
    return db.session.scalars(select(Kelurahan).where(Kelurahan.name == name)).one()


def test_the_list_counts_rw_and_rt_and_says_that_boundaries_are_missing(as_user: AsUser) -> None:
    page = as_user("tuti").get("/admin/areas").text
    assert "0 dari 2 kelurahan punya batas wilayah" in page
    assert '<td data-label="RT">2</td>' in page
    kelurahan().boundary = kelurahan("Sukabumi").boundary = "{}"
    assert "dipastikan tepat" in as_user("tuti").get("/admin/areas").text


@pytest.mark.both_databases
def test_the_list_is_searched_and_narrowed(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    page = tuti.get("/admin/areas?q=67219").text
    assert ">Sukabumi</a>" in page
    assert "35.74.03.1001" not in page
    assert "35.74.03.1001" in tuti.get("/admin/areas?kecamatan=35.74.03").text
    assert "35.74.03.1001" not in tuti.get("/admin/areas?kecamatan=35.74.04").text


def test_a_kelurahan_is_corrected_with_before_and_after(as_user: AsUser) -> None:
    url = f"/admin/areas/kelurahan/{kelurahan().id}"
    assert save(as_user("tuti"), url, MAYANGAN | {"postcode": "67299"}).status_code == 302
    assert trail("kelurahan_changed")[0].detail == {"before": {"postcode": "67218"}, "after": {"postcode": "67299"}}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"name": ""}, "Isi nama"), ({"postcode": "672"}, "lima angka"), ({"latitude": "99"}, "-90 sampai 90"),
     ({"longitude": "timur"}, "Isi derajat")],
)  # fmt: skip
def test_a_wrong_kelurahan_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    answer = save(as_user("tuti"), f"/admin/areas/kelurahan/{kelurahan().id}", MAYANGAN | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert not trail("kelurahan_changed")


def test_a_kecamatan_is_renamed_but_not_like_another(as_user: AsUser) -> None:
    known = db.session.scalars(select(Kecamatan)).one()
    db.session.add(Kecamatan(code="35.74.04", name="Kanigaran"))
    tuti, url = as_user("tuti"), f"/admin/areas/kecamatan/{known.id}"
    assert save(tuti, url, {"name": "Kanigaran"}).status_code == 422
    assert save(tuti, url, {"name": "Mayangan Utara"}).status_code == 302
    assert trail("kecamatan_changed")[0].detail["after"] == {"name": "Mayangan Utara"}


@pytest.mark.both_databases
def test_an_rt_is_added_with_its_rw_and_moved(as_user: AsUser) -> None:
    tuti, home = as_user("tuti"), kelurahan()
    form = {"rw": "6", "rt": "1", "latitude": "", "longitude": ""}
    assert tuti.post(f"/admin/areas/kelurahan/{home.id}/rt/new", data=form).status_code == 302
    rt = db.session.scalars(select(Rt).join(Rw).where(Rw.number == 6)).one()
    assert (rt.label, rt.latitude) == ("RT 01 RW 06 Mayangan", None)
    place = {"latitude": "-7.7350", "longitude": "113.2170"}
    assert save(tuti, f"/admin/areas/rt/{rt.id}", place).status_code == 302
    db.session.expire_all()
    assert rt.latitude == -7.735
    assert [len(trail(action)) for action in ("rt_added", "rt_changed")] == [1, 1]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rt": "3"}, "RT ini sudah ada"),
        ({"rw": "0"}, "1 sampai 99"),
        ({"rt": ""}, "1 sampai 99"),
        ({"longitude": ""}, "kosongkan keduanya"),
        ({"latitude": "-7.25", "longitude": "112.75"}, "di luar Mayangan"),
    ],
)
def test_a_wrong_rt_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    form = {"rw": "5", "rt": "9", "latitude": "-7.7350", "longitude": "113.2170"} | wrong
    answer = as_user("tuti").post(f"/admin/areas/kelurahan/{kelurahan().id}/rt/new", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert not trail("rt_added")


def test_an_rt_cannot_be_moved_out_of_its_kelurahan(as_user: AsUser, cast: Cast) -> None:
    place = {"latitude": "-7.25", "longitude": "112.75"}
    assert save(as_user("tuti"), f"/admin/areas/rt/{cast.rt(3).id}", place).status_code == 422
    assert not trail("rt_changed")


@pytest.mark.both_databases
def test_an_rt_with_households_stays(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    answer = tuti.post(f"/admin/areas/rt/{cast.rt(3).id}/removal")
    assert "tetap ada" in followed(tuti, answer)
    assert cast.rt(3)
    assert not trail("rt_removed")


@pytest.mark.both_databases
def test_an_empty_rt_is_removed_and_with_the_last_one_its_rw(as_user: AsUser) -> None:
    rws = [Rw(kelurahan=kelurahan(), number=7)]
    rts = [Rt(rw=rws[0], number=number) for number in (1, 2)]
    db.session.add_all(rts)
    db.session.commit()
    tuti, ids = as_user("tuti"), [rt.id for rt in rts]
    for rt_id, left in zip(ids, (1, 0), strict=True):
        assert tuti.post(f"/admin/areas/rt/{rt_id}/removal").status_code == 302
        db.session.expire_all()
        assert db.session.scalar(select(func.count()).where(Rw.number == 7)) == left
    assert trail("rt_removed")[0].detail["before"]["name"] == "RT 01 RW 07 Mayangan"


@pytest.mark.both_databases
def test_the_id_of_a_removed_rt_or_rw_is_given_to_no_other(cast: Cast) -> None:
    """Drafts of warnings and notices name areas by their ids."""
    removed = add_rt(kelurahan(), 7, 1, {}, cast.tuti)
    before = removed.id, removed.rw_id
    remove_rt(removed, cast.tuti)
    db.session.expunge(removed)
    added = add_rt(kelurahan(), 8, 1, {}, cast.tuti)
    assert (before[0] < added.id, before[1] < added.rw_id) == (True, True)


def test_a_known_place_is_added_moved_and_removed(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert tuti.post("/admin/areas/landmarks/new", data=STATION).status_code == 302
    station = db.session.scalars(select(Landmark).where(Landmark.name == "Stasiun")).one()
    url = f"/admin/areas/landmarks/{station.id}"
    assert save(tuti, url, STATION | {"latitude": "-7.7440"}).status_code == 302
    assert "Stasiun" in tuti.get("/admin/areas/landmarks?q=stasiun").text
    assert tuti.post(f"{url}/removal").status_code == 302
    actions = ("landmark_added", "landmark_changed", "landmark_removed")
    assert [len(trail(action)) for action in actions] == [1, 1, 1]
    assert tuti.get(url).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"name": "Alun-alun Probolinggo"}, "sudah bernama demikian"), ({"name": " "}, "Isi nama"),
     ({"latitude": ""}, "-90 sampai 90")],
)  # fmt: skip
def test_a_wrong_place_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    answer = as_user("tuti").post("/admin/areas/landmarks/new", data=STATION | wrong)
    assert answer.status_code == 422
    assert says in answer.text


@pytest.mark.both_databases
def test_a_place_outside_the_city_is_saved_with_a_warning(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    answer = tuti.post("/admin/areas/landmarks/new", data=STATION | {"latitude": "-7.25", "longitude": "112.75"})
    assert "di luar kota" in followed(tuti, answer)


def test_the_second_of_two_administrators_is_told(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    forms: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        f"kelurahan/{kelurahan().id}": (MAYANGAN | {"name": "A"}, MAYANGAN | {"name": "B"}),
        f"kecamatan/{kelurahan().kecamatan_id}": ({"name": "A"}, {"name": "B"}),
        f"rt/{cast.rt(3).id}": ({"latitude": "-7.73", "longitude": "113.21"}, {"latitude": "", "longitude": ""}),
        f"landmarks/{db.session.scalars(select(Landmark.id)).one()}": (STATION, STATION | {"name": "B"}),
    }
    for path, (first, second) in forms.items():
        url = f"/admin/areas/{path}"
        version = seen(tuti.get(url))
        assert tuti.post(url, data=first | {"seen": version}).status_code == 302
        answer = tuti.post(url, data=second | {"seen": version})
        assert answer.status_code == 422, path
        assert "Sekarang berisi" in answer.text
        assert tuti.post(url, data=second | {"seen": seen(answer)}).status_code == 302


@pytest.mark.parametrize(
    "path", ["", "/kelurahan/1", "/kecamatan/1", "/rt/1", "/kelurahan/1/rt/new", "/landmarks", "/landmarks/new",
             "/landmarks/1"],
)  # fmt: skip
def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, path: str) -> None:
    assert as_user("tuti").get(f"/admin/areas{path}").status_code == 200
    for username in EVERYONE_ELSE:
        assert as_user(username).get(f"/admin/areas{path}").status_code == 403
    assert as_user("").get(f"/admin/areas{path}").status_code == 302


@pytest.mark.parametrize("path", ["kelurahan/999", "kecamatan/999", "rt/999", "kelurahan/999/rt/new", "landmarks/999"])
def test_what_is_not_there_is_not_found(as_user: AsUser, path: str) -> None:
    assert as_user("tuti").get(f"/admin/areas/{path}").status_code == 404
