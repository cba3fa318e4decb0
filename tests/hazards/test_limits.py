"""How much may be reported: by an account, by a device, with one phone number, from one address."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from meteor.alerts.models import Alert
from meteor.hazards import limits
from meteor.hazards.models import HazardMessage, HazardReport
from meteor.store import quotas
from meteor.store.database import db
from meteor.store.models import Quota
from meteor.store.moments import now
from meteor.store.quotas import Limit
from tests.cast import Cast
from tests.conftest import Browser
from tests.hazards.reports import JSON, PHONE, none, reported, send

AsUser = Callable[[str], Browser]


def use_up(owner: str, limit: Limit) -> None:
    """As if all of the day's limit had been used."""
    day = now().astimezone(quotas.WIB).date()
    db.session.merge(Quota(owner=owner, name=limit.name, day=day, used=limit.most))
    db.session.commit()


@pytest.mark.parametrize("urgent", [{"danger": "trapped"}, {"kind": "fire"}], ids=["danger", "fire"])
def test_an_account_is_refused_beyond_its_limit_but_never_in_danger(
    as_user: AsUser, cast: Cast, urgent: dict[str, str]
) -> None:
    sari = as_user("sari")
    use_up(f"user:{cast.sari.id}", limits.REPORTS)
    refused = send(sari, note="Banjir")
    assert (refused.status_code, "50 laporan bahaya" in refused.text) == (429, True)
    assert "darurat hubungi 112" in refused.text
    assert none()
    assert send(sari, note="Banjir", **urgent).status_code == 303
    assert db.session.scalars(select(Alert.source)).all() == ["hazard"]


def test_a_report_that_arrives_again_does_not_count(as_user: AsUser, cast: Cast) -> None:
    sari = as_user("sari")
    report = reported(sari, note="Banjir")
    use_up(f"user:{cast.sari.id}", limits.REPORTS)
    assert send(sari, id=str(report.id), note="Banjir", headers=JSON).status_code == 200


def test_a_device_without_an_account_is_refused_beyond_its_limit(as_user: AsUser) -> None:
    nobody = as_user("")
    nobody.get("/hazards/new")
    answers = [send(nobody, note="Banjir", phone=f"0812345678{number:02}") for number in range(21)]
    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
    other = as_user("")
    other.get("/hazards/new")
    assert send(other, note="Banjir", **PHONE).status_code == 303


def test_browsers_without_a_name_count_by_their_address(as_user: AsUser) -> None:
    use_up("address:127.0.0.1", limits.WITHOUT_ACCOUNT)
    assert send(as_user(""), note="Banjir", **PHONE).status_code == 429
    assert none()


def test_nobody_can_use_up_the_limits_of_somebody_in_danger(as_user: AsUser) -> None:
    for _ in range(10):
        send(as_user(""), note="Banjir", **PHONE)
    use_up("address:127.0.0.1", limits.WITHOUT_ACCOUNT)
    assert send(as_user(""), danger="rising", **PHONE).status_code == 303
    assert "many_reports" in db.session.scalars(select(Alert.flags)).one()


def test_a_report_that_arrives_again_without_an_account_counts_for_no_limit(as_user: AsUser) -> None:
    once = {"id": str(uuid4()), "note": "Banjir", **PHONE}
    answers = [send(as_user(""), headers=JSON, **once).status_code for _ in range(103)]
    assert answers == [201] + [200] * 102


def test_one_number_is_named_ten_times_an_hour(as_user: AsUser) -> None:
    answers = [send(as_user(""), note="Banjir", **PHONE) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "112" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 3000
    assert send(as_user("sari"), note="Banjir", **PHONE).status_code == 303


@pytest.mark.parametrize("signed_in", [True, False], ids=["account", "link"])
def test_messages_are_refused_beyond_their_limit(as_user: AsUser, cast: Cast, *, signed_in: bool) -> None:
    browser = as_user("sari" if signed_in else "")
    address = send(browser, note="Banjir", **({} if signed_in else PHONE)).location
    report_id = db.session.scalars(select(HazardReport.id)).one()
    use_up(f"user:{cast.sari.id}" if signed_in else f"hazard:{report_id}", limits.MESSAGES)
    assert browser.post(f"{address}/messages", data={"text": "Masih"}).status_code == 429
    assert db.session.scalar(select(func.count()).select_from(HazardMessage)) == 1
