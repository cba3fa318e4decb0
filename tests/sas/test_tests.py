"""Tests of premises' alarms on their page: begun, ended, over by themselves, and asked for once a month."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from meteor.accounts.models import User
from meteor.incidents.models import Incident
from meteor.notices import unread
from meteor.premises.models import Premises
from meteor.sas import monthly
from meteor.sas.models import MonthlyTest, TestMode
from meteor.store.database import db
from meteor.store.moments import WIB, now
from tests.admin import followed, trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.premises.places import shop
from tests.sas.scenes import says
from tests.sas.test_panels_admin import panel_of

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

EVERYTHING = {"zone": "0", "minutes": "30", "reason": "Perawatan"}


def only_test() -> TestMode:
    db.session.expire_all()
    return db.session.scalars(db.select(TestMode)).one()


@pytest.mark.parametrize("username", ["toko", "tuti"])
def test_the_business_and_the_admin_begin_and_end_a_test(as_user: AsUser, cast: Cast, username: str) -> None:
    browser, known = as_user(username), shop()
    url = f"/premises/{known.id}/tests"
    page = followed(browser, browser.post(url, data=EVERYTHING))
    assert "Dalam uji coba sampai" in page
    test = only_test()
    assert (test.zone_id, test.began_by_id, test.reason) == (None, getattr(cast, username).id, "Perawatan")
    assert test.until - test.began_at == timedelta(minutes=30)
    assert "Alarm kembali mengirim bantuan" in followed(browser, browser.post(f"{url}/{test.id}/ending"))
    assert only_test().ended_at
    assert [len(trail(action)) for action in ("test_began", "test_ended")] == [1, 1]


def test_one_zone_is_tested_while_the_rest_stays_awake(as_user: AsUser) -> None:
    toko, known = as_user("toko"), shop()
    zone = panel_of(known).zones[0]
    url = f"/premises/{known.id}/tests"
    assert toko.post(url, data=EVERYTHING | {"zone": str(zone.id)}).status_code == 302
    assert only_test().zone_id == zone.id
    assert "Tombol kasir" in toko.get(url).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"minutes": "4"}, "minutes"), ({"minutes": "241"}, "minutes"), ({"minutes": ""}, "minutes"),
     ({"minutes": "lama"}, "minutes"), ({"zone": "999999"}, "zone"), ({"reason": "x" * 201}, "reason")],
)  # fmt: skip
def test_a_wrong_test_is_refused_by_its_field(as_user: AsUser, wrong: dict[str, str], field: str) -> None:
    known = shop()
    answer = as_user("toko").post(f"/premises/{known.id}/tests", data=EVERYTHING | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert not trail("test_began")


def test_a_zone_of_other_premises_cannot_be_tested(as_user: AsUser) -> None:
    known, other = shop(), shop("Bank Demo", owner="")
    zone = panel_of(other).zones[0]
    answer = as_user("toko").post(f"/premises/{known.id}/tests", data=EVERYTHING | {"zone": str(zone.id)})
    assert answer.status_code == 422


@pytest.mark.parametrize("code", ["FA", "HA"])
def test_the_refusal_during_an_alarm_says_whom_to_call_and_not_which_alarm_is_open(
    as_user: AsUser, cast: Cast, code: str
) -> None:
    toko, known = as_user("toko"), shop()
    says(panel_of(known), code, now())
    toko.post(f"/premises/{known.id}/tests", data=EVERYTHING)
    page = toko.get(f"/premises/{known.id}/tests").text
    assert "<p>Uji coba tidak dapat dimulai sekarang. Hubungi pusat komando.</p>" in page
    assert db.session.scalars(db.select(Incident.number)).one() not in page
    assert not trail("test_began")


def test_a_running_test_promises_nothing_as_an_alarm_of_another_zone_makes_all_count(as_user: AsUser) -> None:
    toko, panel = as_user("toko"), panel_of(shop())
    url = f"/premises/{panel.premises_id}/tests"
    page = followed(toko, toko.post(url, data=EVERYTHING | {"zone": str(panel.zones[0].id)}))
    says(panel, "HA", now(), "002")
    assert not says(panel, "HA", now(), "001").test
    for shown in (page, toko.get(url).text):
        assert "Dalam uji coba sampai" in shown
        assert "Selama alarm lain di sini masih terbuka, yang masuk tetap dianggap sungguhan." in shown
        assert shown.count("tidak ada yang dikirim") == 1  # of a test without an alarm


def test_who_comes_second_reads_who_was_first(as_user: AsUser) -> None:
    toko, tuti, known = as_user("toko"), as_user("tuti"), shop()
    url = f"/premises/{known.id}/tests"
    toko.post(url, data=EVERYTHING)
    tuti.post(url, data=EVERYTHING)
    assert "sudah dalam uji coba" in tuti.get(url).text
    test = only_test()
    toko.post(f"{url}/{test.id}/ending")
    tuti.post(f"{url}/{test.id}/ending")
    assert "Toko Emas Semeru sudah mengakhiri" in tuti.get(url).text


def test_a_test_that_is_over_by_itself_is_among_the_earlier_ones(as_user: AsUser, cast: Cast) -> None:
    toko, known, at = as_user("toko"), shop(), now()
    began = at - timedelta(hours=2)
    db.session.add(TestMode(premises_id=known.id, began_at=began, until=at - timedelta(hours=1), reason="Teknisi"))
    page = toko.get(f"/premises/{known.id}/tests").text
    assert "Teknisi" in page
    assert "Akhiri uji coba" not in page
    toko.post(f"/premises/{known.id}/tests/{only_test().id}/ending")
    assert "METEOR sudah mengakhiri" in toko.get(f"/premises/{known.id}/tests").text


def test_monthly_tests_are_listed_with_what_is_lacking(as_user: AsUser) -> None:
    known = shop()
    panel_of(known, name="Brankas")
    for month, result in (("2026-09", "passed"), ("2026-10", "missed"), ("2026-11", "asked")):
        db.session.add(MonthlyTest(premises_id=known.id, month=month, result=result, done_at=now()))
    page = as_user("toko").get(f"/premises/{known.id}/tests").text
    assert all(words in page for words in ("berhasil", "terlewat", "belum dilakukan", "Belum ada alarm dari: Brankas"))
    assert page.index("November 2026:") < page.index("Oktober 2026:") < page.index("September 2026:")


def test_tests_of_others_are_not_found(as_user: AsUser) -> None:
    toko, known, other = as_user("toko"), shop(), shop("Bank Demo", owner="")
    test = TestMode(premises_id=other.id, until=now() + timedelta(hours=1))
    db.session.add(test)
    db.session.flush()
    for premises in (known, other):
        assert toko.post(f"/premises/{premises.id}/tests/{test.id}/ending").status_code == 404
    assert toko.get(f"/premises/{other.id}/tests").status_code == 404
    assert toko.post(f"/premises/{other.id}/tests", data=EVERYTHING).status_code == 404
    assert only_test().ended_at is None


# --- once a month ---

NOVEMBER, DECEMBER = datetime(2026, 11, 2, 8, tzinfo=WIB), datetime(2026, 12, 1, 0, 5, tzinfo=WIB)


def since_october(owner: str = "toko") -> Premises:
    """Premises with a panel that have been there for a month."""
    known = shop(owner=owner, created_at=datetime(2026, 10, 5, tzinfo=WIB))
    panel_of(known)
    return known


def told_of_tests(user: User) -> list[str]:
    db.session.commit()
    return [notice.kind for notice in unread.unacknowledged(user)]


def test_a_business_is_asked_for_the_months_test_on_its_own_pages(as_user: AsUser, cast: Cast) -> None:
    known, toko = since_october(), as_user("toko")
    for _ in range(2):
        monthly.come_round(NOVEMBER)
    assert (told_of_tests(cast.toko), told_of_tests(cast.tuti)) == (["monthly_test"], [])
    home, tests = f"/premises/{known.id}", f"/premises/{known.id}/tests"
    for address in (home, tests, "/sas/test", "/sas/history", "/sas/help"):
        page = toko.get(address).text
        assert 'hx-get="/notices?quiet=1"' in page, address
        assert "alarm.js" not in page, address
    assert "notices" not in toko.get("/sas").text


def test_where_nobody_is_a_user_the_administrators_are_asked(cast: Cast) -> None:
    since_october(owner="")
    monthly.come_round(NOVEMBER)
    assert told_of_tests(cast.tuti) == ["monthly_test"]


def test_a_test_that_was_missed_is_due_no_more_and_told_to_the_administrators(cast: Cast) -> None:
    since_october()
    monthly.come_round(NOVEMBER)
    monthly.come_round(DECEMBER)
    assert [test.result for test in db.session.scalars(db.select(MonthlyTest).order_by(MonthlyTest.month))] == [
        "missed", "asked",
    ]  # fmt: skip
    assert told_of_tests(cast.tuti) == ["monthly_missed"]
    assert told_of_tests(cast.toko) == ["monthly_test"]  # December's alone
