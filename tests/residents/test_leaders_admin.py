"""The administrator's pages about who leads which RT."""

from collections.abc import Callable

import pytest

from meteor.residents.leaderships import leadership_of
from meteor.store.database import db
from tests.admin import EVERYONE_ELSE, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


def led_by(cast: Cast, username: str) -> int | None:
    db.session.expire_all()
    leadership = leadership_of(getattr(cast, username))
    return leadership.rt.number if leadership else None


def test_a_user_becomes_the_leader_of_an_rt_and_gets_the_role(as_user: AsUser, cast: Cast) -> None:
    form = {"username": "0813 3000 0001", "rt": cast.rt(3).id, "kelurahan": cast.rt(3).rw.kelurahan_id}
    assert as_user("sari").get("/residents").status_code == 403
    assert as_user("tuti").post("/admin/rt-leaders/new", data=form).status_code == 302
    assert led_by(cast, "sari") == 3
    assert cast.sari.role_names == {"citizen", "rt_leader"}
    assert as_user("sari").get("/residents").status_code == 200
    assert trail("leader_appointed")[0].detail["after"] == {"leads": "RT 03 RW 05 Mayangan"}


@pytest.mark.parametrize(
    ("username", "rt", "says"),
    [
        ("siapa", 3, "Pengguna ini tidak ada"),
        ("", 3, "Isi nama pengguna"),
        ("endang", 4, "sudah memimpin RT 03"),
        ("sari", None, "Pilih RT"),
    ],
)
def test_a_wrong_appointment_is_refused_by_its_field(
    as_user: AsUser, cast: Cast, username: str, rt: int | None, says: str
) -> None:
    form = {"username": username, "rt": cast.rt(rt).id if rt else "", "kelurahan": cast.rt(3).rw.kelurahan_id}
    answer = as_user("tuti").post("/admin/rt-leaders/new", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{username}"' in answer.text
    assert (led_by(cast, "sari"), led_by(cast, "endang")) == (None, 3)


def test_a_browser_without_scripts_asks_for_the_rt_of_a_kelurahan(as_user: AsUser, cast: Cast) -> None:
    form = {"username": "sari", "kelurahan": cast.rt(3).rw.kelurahan_id, "rt": "", "choose": "rt"}
    answer = as_user("tuti").post("/admin/rt-leaders/new", data=form)
    assert answer.status_code == 200
    assert "RT 03 / RW 05" in answer.text
    assert led_by(cast, "sari") is None


def test_a_leader_moves_to_another_rt_and_no_longer_sees_the_one_before(as_user: AsUser, cast: Cast) -> None:
    url = f"/admin/rt-leaders/{cast.endang.id}"
    values = {"rt": cast.rt(4).id, "kelurahan": cast.rt(4).rw.kelurahan_id}
    assert save(as_user("tuti"), url, values).status_code == 302
    assert led_by(cast, "endang") == 4
    assert "Sari Wulandari" not in as_user("endang").get("/residents").text
    assert trail("leader_moved")[0].detail == {
        "before": {"leads": "RT 03 RW 05 Mayangan"},
        "after": {"leads": "RT 04 RW 05 Mayangan"},
    }


def test_a_leader_who_stays_where_they_are_leaves_no_trace(as_user: AsUser, cast: Cast) -> None:
    values = {"rt": cast.rt(3).id, "kelurahan": cast.rt(3).rw.kelurahan_id}
    assert save(as_user("tuti"), f"/admin/rt-leaders/{cast.endang.id}", values).status_code == 302
    assert not trail("leader_moved")


def test_a_dismissed_leader_loses_role_and_register_but_not_the_account(as_user: AsUser, cast: Cast) -> None:
    assert as_user("tuti").post(f"/admin/rt-leaders/{cast.endang.id}/dismissal").status_code == 302
    assert led_by(cast, "endang") is None
    assert (cast.endang.role_names, cast.endang.active) == ({"citizen"}, True)
    assert as_user("endang").get("/residents").status_code == 403
    assert trail("leader_dismissed")[0].detail["before"] == {"leads": "RT 03 RW 05 Mayangan"}


def test_the_second_of_two_administrators_is_told(as_user: AsUser, cast: Cast) -> None:
    tuti, url = as_user("tuti"), f"/admin/rt-leaders/{cast.endang.id}"
    version = seen(tuti.get(url))
    first = {"rt": cast.rt(4).id, "kelurahan": cast.rt(4).rw.kelurahan_id}
    second = {"rt": cast.rt(3).id, "kelurahan": cast.rt(3).rw.kelurahan_id}
    assert tuti.post(url, data=first | {"seen": version}).status_code == 302
    answer = tuti.post(url, data=second | {"seen": version})
    assert answer.status_code == 422
    assert "Sekarang berisi “RT 04 / RW 05”" in answer.text
    assert led_by(cast, "endang") == 4


@pytest.mark.both_databases
def test_the_list_is_searched_and_says_how_many_rt_have_a_leader(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert "2 dari 2 RT sudah punya ketua" in tuti.get("/admin/rt-leaders").text
    page = tuti.get("/admin/rt-leaders?q=endang").text
    assert "Endang Lestari" in page
    assert "Slamet Riyadi" not in page
    assert "Endang Lestari" not in tuti.get("/admin/rt-leaders?kecamatan=35.74.04").text


def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, cast: Cast) -> None:
    for url in ("/admin/rt-leaders", "/admin/rt-leaders/new", f"/admin/rt-leaders/{cast.endang.id}"):
        assert as_user("tuti").get(url).status_code == 200
        for username in EVERYONE_ELSE:
            assert as_user(username).get(url).status_code == 403
        assert as_user("").get(url).status_code == 302


def test_somebody_who_leads_nothing_is_not_found(as_user: AsUser, cast: Cast) -> None:
    url = f"/admin/rt-leaders/{cast.sari.id}"
    assert as_user("tuti").get(url).status_code == 404
    assert as_user("tuti").post(f"{url}/dismissal").status_code == 404
