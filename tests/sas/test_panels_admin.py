"""The administrator's pages about alarm panels: account, sealed key, zones, and how a panel is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from meteor.premises.models import Premises
from meteor.sas.models import Panel, PanelEvent, TestMode, Zone
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import followed, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.premises.places import shop

AsUser = Callable[[str], Browser]

KEY = "00112233445566778899AABBCCDDEEFF"
VAULT = {"account": "12ab", "name": "Brankas", "line": "0", "interval": "60", "active": "y"}
BACK_DOOR = {"number": "3", "name": "Pintu belakang", "type_id": "0", "priority": "0"}


def panel_of(premises: Premises, account: str = "1234", **values: object) -> Panel:
    """A panel with a hidden button."""
    panel = Panel(premises=premises, account=account, **values)
    panel.zones = [Zone(number="001", name="Tombol kasir")]
    db.session.add(panel)
    db.session.commit()
    return panel


def address(panel: Panel) -> str:
    return f"/admin/premises/{panel.premises_id}/panels/{panel.id}"


def only_panel() -> Panel:
    db.session.expire_all()
    return db.session.scalars(db.select(Panel)).one()


def test_a_panel_is_entered_with_its_account_in_capitals(as_user: AsUser) -> None:
    tuti, known = as_user("tuti"), shop()
    answer = tuti.post(f"/admin/premises/{known.id}/panels/new", data=VAULT)
    assert "12AB" in followed(tuti, answer)
    panel = only_panel()
    assert (panel.premises_id, panel.account, panel.interval, panel.key) == (known.id, "12AB", 60, None)
    assert trail("panel_added")[0].detail["after"]["panel"] == "12AB"
    assert "12AB" in tuti.get(f"/admin/premises/{known.id}/panels").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"account": ""}, "account"),
        ({"account": "12"}, "account"),
        ({"account": "XYZ1"}, "account"),
        ({"account": "1234"}, "account"),
        ({"line": "zz"}, "line"),
        ({"source": "bank.example"}, "source"),
        ({"source": "203.0.113.300"}, "source"),
        ({"interval": ""}, "interval"),
        ({"interval": "5"}, "interval"),
        ({"interval": "-1"}, "interval"),
        ({"interval": "100000"}, "interval"),
    ],
)
def test_a_wrong_panel_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], field: str) -> None:
    known = shop()
    panel_of(known)
    answer = as_user("tuti").post(f"/admin/premises/{known.id}/panels/new", data=VAULT | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert not trail("panel_added")


def test_a_panel_is_changed_and_whoever_saves_over_another_is_told(as_user: AsUser) -> None:
    tuti, panel = as_user("tuti"), panel_of(shop())
    assert save(tuti, address(panel), VAULT | {"interval": "0", "active": ""}).status_code == 302
    assert trail("panel_changed")[0].detail["before"] == {"account": "1234", "name": "", "active": True}
    assert not only_panel().active
    version = seen(tuti.get(address(panel)))
    only_panel().name = "Gudang"
    answer = tuti.post(address(panel), data=VAULT | {"seen": version})
    assert answer.status_code == 422
    assert "Gudang" in answer.text


def test_a_panel_without_a_key_has_the_address_that_it_sends_from(as_user: AsUser) -> None:
    tuti, panel = as_user("tuti"), panel_of(shop())
    assert "belum terkonfirmasi" in tuti.get(address(panel)).text
    assert save(tuti, address(panel), VAULT | {"source": " 203.0.113.7/24 "}).status_code == 302
    assert only_panel().source == "203.0.113.0/24"
    assert trail("panel_changed")[0].detail["after"]["source"] == "203.0.113.0/24"
    assert save(tuti, address(panel), VAULT | {"source": ""}).status_code == 302
    assert only_panel().source == ""


@pytest.mark.parametrize("digits", [32, 48, 64])
def test_a_key_is_kept_sealed_and_shown_to_nobody(as_user: AsUser, digits: int) -> None:
    tuti, panel, key = as_user("tuti"), panel_of(shop()), (KEY * 2)[:digits]
    typed = ":".join(key.lower()[at : at + 2] for at in range(0, digits, 2))
    answer = tuti.post(f"{address(panel)}/key", data={"key": typed})
    assert key not in followed(tuti, answer)
    assert only_panel().key == key
    assert key.encode() not in (only_panel().key_sealed or b"")
    assert trail("panel_key_changed")[0].detail == {"panel": "1234"}


@pytest.mark.parametrize("key", ["", "00112233", KEY + "0", "G" * 32])
def test_a_wrong_key_changes_nothing_and_is_not_repeated(as_user: AsUser, key: str) -> None:
    panel = panel_of(shop(), key=KEY)
    answer = as_user("tuti").post(f"{address(panel)}/key", data={"key": key})
    assert answer.status_code == 422
    assert "32, 48, atau 64" in answer.text
    assert KEY not in answer.text
    assert only_panel().key == KEY


def test_a_key_is_taken_away_by_an_action_of_its_own(as_user: AsUser) -> None:
    tuti, panel = as_user("tuti"), panel_of(shop(), key=KEY)
    assert save(tuti, address(panel), VAULT).status_code == 302
    assert only_panel().key == KEY
    assert tuti.post(f"{address(panel)}/key/removal").status_code == 302
    assert only_panel().key is None
    assert trail("panel_key_removed")


@pytest.mark.both_databases
def test_a_zone_says_what_its_alarms_are(as_user: AsUser, cast: Cast) -> None:
    tuti, panel = as_user("tuti"), panel_of(shop())
    fire = cast.incident_type("fire").id
    zone = BACK_DOOR | {"type_id": str(fire), "priority": "2"}
    assert tuti.post(f"{address(panel)}/zones/new", data=zone).status_code == 302
    entered = only_panel().zones[1]
    assert (entered.number, entered.type_id, entered.priority) == ("003", fire, 2)
    assert trail("zone_added")[0].detail["after"] == {
        "panel": "1234", "number": "003", "name": "Pintu belakang", "type_id": fire, "priority": 2,
    }  # fmt: skip
    assert save(tuti, f"{address(panel)}/zones/{entered.id}", BACK_DOOR).status_code == 302
    entered = only_panel().zones[1]
    assert (entered.type_id, entered.priority) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"number": ""}, "number"), ({"number": "x"}, "number"), ({"number": "0"}, "number"),
     ({"number": "10000"}, "number"), ({"number": "1"}, "number"), ({"name": ""}, "name"),
     ({"type_id": "999999"}, "type_id"), ({"priority": "5"}, "priority")],
)  # fmt: skip
def test_a_wrong_zone_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], field: str) -> None:
    panel = panel_of(shop())
    answer = as_user("tuti").post(f"{address(panel)}/zones/new", data=BACK_DOOR | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(only_panel().zones) == 1


@pytest.mark.parametrize(("typed", "kept"), [("7", "007"), ("0012", "012"), ("1001", "1001")])
def test_a_zone_has_the_number_that_its_panel_says(as_user: AsUser, typed: str, kept: str) -> None:
    panel = panel_of(shop())
    as_user("tuti").post(f"{address(panel)}/zones/new", data=BACK_DOOR | {"number": typed})
    assert [zone.number for zone in only_panel().zones] == ["001", kept]


def test_a_zone_is_removed_unless_its_tests_are_kept(as_user: AsUser) -> None:
    tuti, panel = as_user("tuti"), panel_of(shop())
    zone = panel.zones[0]
    test = TestMode(premises_id=panel.premises_id, zone=zone, until=now())
    db.session.add(test)
    url = f"{address(panel)}/zones/{zone.id}"
    answer = tuti.post(f"{url}/removal")
    assert answer.location == url
    assert "tetap ada" in tuti.get(url).text
    db.session.delete(test)
    assert tuti.post(f"{url}/removal").status_code == 302
    assert not only_panel().zones
    assert trail("zone_removed")[0].detail["before"]["number"] == "001"
    assert tuti.get(url).status_code == 404


@pytest.mark.both_databases
def test_the_page_says_how_the_panel_is_and_what_it_said_last(as_user: AsUser, cast: Cast) -> None:
    at, tuti = now(), as_user("tuti")
    panel = panel_of(shop())
    assert "Belum pernah terhubung" in tuti.get(address(panel)).text
    panel.heard_at = at - timedelta(minutes=3)
    assert "Terhubung" in tuti.get(address(panel)).text
    panel.trouble_at = at - timedelta(minutes=2)
    assert "Terlambat memberi kabar" in tuti.get(address(panel)).text
    panel.silent_at = at - timedelta(minutes=1)
    assert "Tidak memberi kabar" in tuti.get(address(panel)).text
    for code, meaning, test in (("HA", "hold_up", False), ("BA", "burglary", True)):
        event = PanelEvent(
            panel=panel, received_at=at, digest=code, transport="tcp", token="SIA-DCS", sequence="0001", code=code,
            meaning=meaning, zone="001", test=test,
        )  # fmt: skip
        db.session.add(event)
    db.session.add(TestMode(premises_id=panel.premises_id, until=at + timedelta(hours=1)))
    page = tuti.get(address(panel)).text
    assert all(words in page for words in ("Perampokan", "Alarm pembobolan", "uji coba", "Dalam uji coba sampai"))
    assert "Dalam uji coba" in tuti.get(f"/admin/premises/{panel.premises_id}/panels").text


def test_a_panel_of_other_premises_is_not_found(as_user: AsUser) -> None:
    tuti, panel, other = as_user("tuti"), panel_of(shop()), shop("Bank Demo")
    elsewhere = f"/admin/premises/{other.id}/panels/{panel.id}"
    for way in ("", "/key", "/key/removal", "/zones/new", f"/zones/{panel.zones[0].id}"):
        assert tuti.post(f"{elsewhere}{way}", data=VAULT | {"key": KEY}).status_code == 404
    assert only_panel().key is None
