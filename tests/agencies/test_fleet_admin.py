"""The administrator's pages about agencies, capabilities and units."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from meteor.agencies import rules
from meteor.agencies.models import Agency, Capability, Unit
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import EVERYONE_ELSE, followed, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]
BPBD = {"code": "bpbd", "name": "BPBD Kota Probolinggo", "phone": "0335 421234", "reserve": "1"}


def values_of(unit: Unit, **changes: Any) -> dict[str, Any]:
    """What the unit's form posts; None leaves a field out."""
    values = {
        "call_sign": unit.call_sign, "agency_id": unit.agency_id, "kind": unit.kind,
        "capabilities": [held.capability for held in unit.capabilities], "base_name": unit.base_name,
        "base_latitude": unit.base_latitude, "base_longitude": unit.base_longitude, "in_service": "y",
    }  # fmt: skip
    return {name: value for name, value in (values | changes).items() if value is not None}


def agency(code: str) -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


@pytest.mark.both_databases
def test_an_agency_is_added_and_changed(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert tuti.post("/admin/agencies/new", data=BPBD).status_code == 302
    bpbd = agency("BPBD")
    assert (bpbd.phone, bpbd.reserve) == ("0335 421234", 1)
    assert save(tuti, f"/admin/agencies/{bpbd.id}", BPBD | {"reserve": "0"}).status_code == 302
    db.session.expire_all()
    assert bpbd.reserve == 0
    assert [entry.detail["after"] for entry in trail("agency_changed")] == [{"reserve": 0}]
    assert trail("agency_added")[0].detail["after"]["code"] == "BPBD"
    assert "BPBD Kota Probolinggo" in tuti.get("/admin/agencies?q=kota").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": "POLRES"}, "sudah memakai nama singkat"),
        ({"code": "B P"}, "huruf besar"),
        ({"name": " "}, "Isi nama"),
        ({"phone": "tidak ada"}, "Isi angka"),
        ({"reserve": "-1"}, "0 sampai 50"),
        ({"reserve": "dua"}, "reserve-error"),
    ],
)
def test_a_wrong_agency_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], says: str) -> None:
    answer = as_user("tuti").post("/admin/agencies/new", data=BPBD | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert not trail("agency_added")


def test_a_capability_is_added_renamed_and_removed(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    names = {"name_id": "Penyelamatan di air", "name_en": "Water rescue"}
    assert tuti.post("/admin/capabilities/new", data=names | {"code": "water_rescue"}).status_code == 302
    url = "/admin/capabilities/water_rescue"
    assert save(tuti, url, names | {"name_en": "Rescue at sea", "code": "something_else"}).status_code == 302
    db.session.expire_all()
    assert db.session.get_one(Capability, "water_rescue").name_en == "Rescue at sea"
    assert tuti.post(f"{url}/removal").status_code == 302
    db.session.expire_all()
    assert db.session.get(Capability, "water_rescue") is None
    actions = ("capability_added", "capability_changed", "capability_removed")
    assert [len(trail(action)) for action in actions] == [1, 1, 1]


@pytest.mark.parametrize(("code", "says"), [("patrol", "sudah memakai kode"), ("Water Rescue", "huruf kecil")])
def test_a_wrong_capability_is_refused_by_its_field(as_user: AsUser, code: str, says: str) -> None:
    form = {"code": code, "name_id": "Air", "name_en": "Water"}
    answer = as_user("tuti").post("/admin/capabilities/new", data=form)
    assert answer.status_code == 422
    assert says in answer.text


@pytest.mark.both_databases
@pytest.mark.parametrize("code", ["patrol", "transport"])
def test_a_capability_that_is_used_stays(as_user: AsUser, code: str) -> None:
    tuti = as_user("tuti")
    assert "tetap ada" in followed(tuti, tuti.post(f"/admin/capabilities/{code}/removal"))
    assert db.session.get(Capability, code)
    assert not trail("capability_removed")


def test_a_unit_is_added_off_duty(as_user: AsUser, cast: Cast) -> None:
    values = values_of(cast.unit("TRAIL-01"), call_sign="trail-31", base_latitude="-7,7350")
    assert as_user("tuti").post("/admin/units/new", data=values).status_code == 302
    unit = cast.unit("TRAIL-31")
    assert (unit.status, unit.in_service, unit.base_latitude) == ("off_duty", True, -7.735)
    assert trail("unit_added")[0].detail["after"]["capabilities"] == ["patrol"]


def test_a_change_of_a_unit_is_saved_with_before_and_after(as_user: AsUser, cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    values = values_of(unit, capabilities=["patrol", "transport"], base_name="Pos Baru")
    assert save(as_user("tuti"), f"/admin/units/{unit.id}", values).status_code == 302
    assert trail("unit_changed")[0].detail == {
        "before": {"base_name": "Pos TRAIL-01", "capabilities": ["patrol"]},
        "after": {"base_name": "Pos Baru", "capabilities": ["patrol", "transport"]},
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"call_sign": "TRAIL-02"}, "sudah memakai nama panggilan"),
        ({"call_sign": "TRAIL 31"}, "huruf besar"),
        ({"agency_id": "999"}, "agency_id-error"),
        ({"agency_id": "0"}, "agency_id-error"),
        ({"kind": "submarine"}, "kind-error"),
        ({"capabilities": None}, "Pilih sedikitnya satu"),
        ({"capabilities": ["flying"]}, "capabilities-error"),
        ({"base_name": ""}, "Isi nama pos"),
        ({"base_latitude": "113.2"}, "-90 sampai 90"),
        ({"base_latitude": "utara"}, "Isi derajat seperti"),
        ({"base_longitude": ""}, "-180 sampai 180"),
        ({"base_longitude": "nan"}, "-180 sampai 180"),
    ],
)
def test_a_wrong_unit_is_refused_by_its_field(as_user: AsUser, cast: Cast, wrong: dict[str, Any], says: str) -> None:
    values = values_of(cast.unit("TRAIL-01"), **({"call_sign": "TRAIL-31"} | wrong))
    answer = as_user("tuti").post("/admin/units/new", data=values)
    assert answer.status_code == 422
    assert says in answer.text
    assert not trail("unit_added")


def test_a_base_outside_the_city_is_saved_with_a_warning(as_user: AsUser, cast: Cast) -> None:
    values = values_of(cast.unit("TRAIL-01"), call_sign="TRAIL-31", base_latitude="-7.25", base_longitude="112.75")
    tuti = as_user("tuti")
    assert "di luar kota" in followed(tuti, tuti.post("/admin/units/new", data=values))


@pytest.mark.parametrize("change", [{"in_service": None}, {"agency_id": "damkar"}])
@pytest.mark.parametrize("status", ["available", "offered", "assigned", "en_route", "on_scene"])
def test_a_unit_at_work_stays_in_service_and_in_its_agency(
    as_user: AsUser, cast: Cast, change: dict[str, Any], status: str
) -> None:
    unit = cast.unit("TRAIL-01")
    unit.status = status
    if "agency_id" in change:
        change = {"agency_id": agency("DAMKAR").id}
    answer = save(as_user("tuti"), f"/admin/units/{unit.id}", values_of(unit, **change))
    assert answer.status_code == 422
    assert "sedang bertugas" in answer.text
    db.session.expire_all()
    assert (unit.in_service, unit.agency.code) == (True, "POLRES")


def test_a_unit_on_a_break_with_its_crew_stays_in_service_but_may_get_another_base(as_user: AsUser, cast: Cast) -> None:
    unit, tuti = cast.unit("TRAIL-01"), as_user("tuti")
    rules.start_duty(cast.agus, unit, now())
    rules.set_status(unit, "off_duty", now())
    url = f"/admin/units/{unit.id}"
    assert save(tuti, url, values_of(unit, in_service=None)).status_code == 422
    assert save(tuti, url, values_of(unit, base_name="Pos Baru")).status_code == 302


def test_a_unit_nobody_crews_leaves_service_and_is_not_offered_for_duty(as_user: AsUser, cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    assert save(as_user("tuti"), f"/admin/units/{unit.id}", values_of(unit, in_service=None)).status_code == 302
    db.session.expire_all()
    assert not unit.in_service
    assert "TRAIL-01" not in [each.call_sign for each in rules.units_for(cast.agus)]


@pytest.mark.parametrize("kind", ["agencies", "units"])
def test_the_second_of_two_administrators_is_told(as_user: AsUser, cast: Cast, kind: str) -> None:
    unit, tuti = cast.unit("TRAIL-01"), as_user("tuti")
    if kind == "units":
        url, first, second = f"/admin/units/{unit.id}", values_of(unit, base_name="A"), values_of(unit, base_name="B")
    else:
        url = f"/admin/agencies/{unit.agency_id}"
        first, second = (BPBD | {"code": "POLRES", "name": name} for name in ("A", "B"))
    version = seen(tuti.get(url))
    assert tuti.post(url, data=first | {"seen": version}).status_code == 302
    answer = tuti.post(url, data=second | {"seen": version})
    assert answer.status_code == 422
    assert "Sekarang berisi “A”" in answer.text
    assert tuti.post(url, data=second | {"seen": seen(answer)}).status_code == 302


@pytest.mark.both_databases
def test_a_forgotten_shift_is_ended(as_user: AsUser, cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    rules.start_duty(cast.agus, unit, now())
    tuti = as_user("tuti")
    assert "Agus Santoso" in tuti.get(f"/admin/units/{unit.id}").text
    assert tuti.post(f"/admin/units/{unit.id}/crew/{cast.agus.id}/sign-off").status_code == 302
    db.session.expire_all()
    assert (rules.shift_of(cast.agus), unit.status) == (None, "off_duty")
    assert trail("shift_ended")[0].detail["user"] == "Agus Santoso"


def test_the_last_of_the_crew_cannot_be_taken_off_a_unit_at_work(as_user: AsUser, cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    rules.start_duty(cast.agus, unit, now())
    unit.status = "en_route"
    tuti = as_user("tuti")
    answer = tuti.post(f"/admin/units/{unit.id}/crew/{cast.agus.id}/sign-off")
    assert "Pusat komando harus menariknya" in followed(tuti, answer)
    db.session.expire_all()
    assert rules.shift_of(cast.agus)
    assert not trail("shift_ended")


def test_a_shift_that_is_over_is_not_found(as_user: AsUser, cast: Cast) -> None:
    unit = cast.unit("TRAIL-01")
    assert as_user("tuti").post(f"/admin/units/{unit.id}/crew/{cast.agus.id}/sign-off").status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=trail", "TRAIL-01", "DAMKAR-01"),
        ("agency=PSC119", "AMBULANS-01", "TRAIL-01"),
        ("capability=transport", "PATROLI-01", "TRAIL-01"),
        ("state=available", "TRAIL-02", "TRAIL-01"),
        ("state=out_of_service", "AMBULANS-02", "AMBULANS-01"),
    ],
)
def test_the_units_are_searched_and_narrowed(as_user: AsUser, cast: Cast, query: str, found: str, missing: str) -> None:
    cast.unit("TRAIL-02").status = "available"
    cast.unit("AMBULANS-02").in_service = False
    page = as_user("tuti").get(f"/admin/units?{query}").text
    assert f">{found}</a>" in page
    assert f">{missing}</a>" not in page


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "url", ["/admin/agencies", "/admin/agencies/new", "/admin/agencies/1", "/admin/capabilities",
            "/admin/capabilities/patrol", "/admin/units", "/admin/units/new", "/admin/units/1", "/admin/members",
            "/admin/members/new", "/admin/members/1", "/admin/members/1/card"],
)  # fmt: skip
def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, url: str) -> None:
    assert as_user("tuti").get(url).status_code == 200
    for username in EVERYONE_ELSE:
        assert as_user(username).get(url).status_code == 403
    assert as_user("").get(url).status_code == 302


@pytest.mark.parametrize("url", ["agencies/999", "capabilities/flying", "units/999", "members/999", "members/999/card"])
def test_what_is_not_there_is_not_found(as_user: AsUser, url: str) -> None:
    assert as_user("tuti").get(f"/admin/{url}").status_code == 404
