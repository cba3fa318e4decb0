"""The administrator's pages about the services that hazards are forwarded to."""

import logging
import re
import socket
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from meteor.clients.models import ApiClient
from meteor.open311 import endpoint_requests
from meteor.open311.endpoint_problems import WORDS
from meteor.open311.forwarding_models import ForwardedReport, ForwardEndpoint
from meteor.store.database import db
from meteor.store.models import AuditEntry, OutboxItem
from meteor.store.moments import now
from tests.admin import followed, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.open311.conftest import AddEndpoint
from tests.open311.georeport import Agency
from tests.open311.turns import ask, rows, tick, verified

AsUser = Callable[[str], Browser]

PAGE = "/admin/open311-endpoints"
LAPOR = {"name": "SP4N-LAPOR", "url": "https://8.8.8.8/open311/v2", "active": "y"}


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


def known() -> list[ForwardEndpoint]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ForwardEndpoint).order_by(ForwardEndpoint.id)))


def test_an_endpoint_is_added_and_its_key_is_sealed_and_in_no_log(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    answer = tuti.post(f"{PAGE}/new", data=LAPOR | {"url": f"{LAPOR['url']}/services.json", "api_key": "rahasia-7"})
    assert answer.status_code == 302
    [endpoint] = known()
    assert (endpoint.url, endpoint.api_key, endpoint.active) == (LAPOR["url"], "rahasia-7", True)
    assert endpoint.since is not None
    assert b"rahasia" not in (endpoint.api_key_sealed or b"")
    assert [entry.subject for entry in trail("open311_key_set")] == [f"forward_endpoints:{endpoint.id}"]
    assert trail("open311_endpoint_added")[0].detail["after"]["url"] == LAPOR["url"]
    assert "rahasia" not in str([entry.detail for entry in db.session.scalars(select(AuditEntry))])
    page = tuti.get(f"{PAGE}/{endpoint.id}").text
    assert "rahasia" not in page
    assert "Ambil dulu daftar" in page
    assert "Jenis layanan belum dipilih" in tuti.get(PAGE).text
    assert PAGE in tuti.get("/admin").text


def test_the_key_stays_until_another_is_typed_and_is_never_sent_to_another_address(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    tuti.post(f"{PAGE}/new", data=LAPOR | {"api_key": "rahasia-7"})
    [endpoint] = known()
    endpoint.mapping, endpoint.services = {"flood": "001"}, [{"code": "001", "name": "Banjir"}]
    db.session.commit()
    url = f"{PAGE}/{endpoint.id}"
    assert save(tuti, url, LAPOR | {"name": "LAPOR"}).status_code == 302
    assert (known()[0].api_key, known()[0].mapping) == ("rahasia-7", {"flood": "001"})
    assert save(tuti, url, LAPOR | {"url": "https://8.8.4.4/v2"}).status_code == 302
    [endpoint] = known()
    assert (endpoint.api_key, endpoint.mapping, endpoint.services) == (None, {}, [])


def test_a_hazard_verified_while_the_endpoint_was_off_is_not_sent_once_it_is_on(
    as_user: AsUser, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(LAPOR["url"], since=now() - timedelta(days=1))
    tuti, url = as_user("tuti"), f"{PAGE}/{endpoint.id}"
    save(tuti, url, LAPOR)
    before = known()[0].since
    save(tuti, url, LAPOR | {"active": ""})
    assert not known()[0].active
    save(tuti, url, LAPOR)
    since = known()[0].since
    assert before is not None
    assert since is not None
    assert since - before > timedelta(hours=23)


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://8.8.8.8/"}, {"url": "https://127.0.0.1/"}, {"url": "https://user:pw@8.8.8.8/"}, {"url": ""},
     {"url": "https://8.8.8.8/taken"}, {"name": ""}, {"name": "Siab"}, {"client_id": "7"}, {"api_key": "k" * 501}],
)  # fmt: skip
def test_a_wrong_endpoint_is_refused(as_user: AsUser, add_endpoint: AddEndpoint, wrong: dict[str, str]) -> None:
    add_endpoint("https://8.8.8.8/taken", name="Siab")
    answer = as_user("tuti").post(f"{PAGE}/new", data=LAPOR | wrong)
    assert answer.status_code == 422
    assert f'aria-describedby="{next(iter(wrong))}' in answer.text
    assert len(known()) == 1


def test_a_name_is_looked_up_by_the_request_and_not_by_the_form(
    as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuti = as_user("tuti")
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lambda *asked, **options: pytest.fail("nobody waits for a name server"))
        assert tuti.post(f"{PAGE}/new", data=LAPOR | {"url": "https://localhost/v2"}).status_code == 302
    page = tuti.post(f"{PAGE}/{known()[0].id}/services")
    assert page.status_code == 422
    assert re.search(r'id="url-error"[^\n]*jaringan privat', page.text)


@pytest.mark.both_databases
def test_the_services_are_fetched_and_each_kind_is_given_one(
    as_user: AsUser, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url, mapping={"fire": "009"})
    tuti, url = as_user("tuti"), f"{PAGE}/{endpoint.id}"
    assert "menyediakan 2 jenis layanan" in followed(tuti, tuti.post(f"{url}/services"))
    page = tuti.get(url)
    assert "Pohon tumbang (002)" in page.text
    version = re.findall(r'name="seen" value="(\w+)"', page.text)[1]
    chosen = {"flood": "001", "fallen_tree": "002", "fire": "009", "seen": version}
    assert tuti.post(f"{url}/mapping", data=chosen).status_code == 302
    assert known()[0].mapping == {"flood": "001", "fallen_tree": "002", "fire": "009"}
    assert trail("open311_endpoint_changed")[-1].detail["after"]["mapping"] == "fallen_tree: 002, fire: 009, flood: 001"
    assert tuti.post(f"{url}/mapping", data=chosen).status_code == 422  # over another state
    version = re.findall(r'name="seen" value="(\w+)"', tuti.get(url).text)[1]
    assert tuti.post(f"{url}/mapping", data={"flood": "999", "seen": version}).status_code == 422


def test_a_service_with_xml_only_is_found_out(as_user: AsUser, agency: Agency, add_endpoint: AddEndpoint) -> None:
    agency.speaks = ("xml",)
    endpoint = add_endpoint(agency.url)
    assert as_user("tuti").post(f"{PAGE}/{endpoint.id}/services").status_code == 302
    [endpoint] = known()
    assert (endpoint.format, [each["code"] for each in endpoint.services]) == ("xml", ["001", "002"])


def test_a_wrong_key_is_said_at_the_field_of_the_key(
    as_user: AsUser, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    agency.key = "benar"
    endpoint = add_endpoint(agency.url)
    endpoint.api_key = "salah"
    db.session.commit()
    answer = as_user("tuti").post(f"{PAGE}/{endpoint.id}/services")
    assert answer.status_code == 422
    assert re.search(r'id="api_key-error"[^\n]*Server menolak kunci API', answer.text)
    assert known()[0].problem == "refused 403"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((404, b""), "Tidak ada layanan Open311 di alamat ini"), ((500, b""), "(500)"),
        ((200, b"<html><body>hi</body></html>"), "bukan GeoReport v2"), ((200, b"[]"), "bukan GeoReport v2"),
        ((200, b'{"a": 1}'), "bukan GeoReport v2"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_said_at_the_field_of_the_address(
    as_user: AsUser, agency: Agency, add_endpoint: AddEndpoint, answer: tuple[int, bytes], says: str
) -> None:
    agency.answers["GET services"] = answer
    endpoint = add_endpoint(agency.url, services=[{"code": "001", "name": "Banjir"}])
    page = as_user("tuti").post(f"{PAGE}/{endpoint.id}/services")
    assert page.status_code == 422
    assert re.search(rf'id="url-error"[^\n]*{re.escape(says)}', page.text)
    assert len(known()[0].services) == 1


def test_nobody_waits_to_write_while_a_server_hangs(
    as_user: AsUser, agency: Agency, add_endpoint: AddEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = add_endpoint(agency.url)
    asked = endpoint_requests.services

    def meanwhile(access: endpoint_requests.Access) -> endpoint_requests.Offer:
        with db.engine.begin() as connection:  # would wait for ever
            connection.execute(text("update forward_endpoints set jurisdiction_id = 'x'"))
        return asked(access)

    monkeypatch.setattr(endpoint_requests, "services", meanwhile)
    assert as_user("tuti").post(f"{PAGE}/{endpoint.id}/services").status_code == 302
    assert (known()[0].jurisdiction_id, len(known()[0].services)) == ("x", 2)


@pytest.mark.both_databases
def test_an_endpoint_is_removed_with_what_is_known_of_its_hazards(
    as_user: AsUser, cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url)
    verified(cast)
    tick()
    url = f"{PAGE}/{endpoint.id}"
    assert "1 laporan bahaya diteruskan" in as_user("tuti").get(url).text
    assert as_user("tuti").post(f"{url}/removal").status_code == 302
    assert known() == []
    assert db.session.scalars(select(ForwardedReport)).all() == []
    assert trail("open311_endpoint_removed")[0].detail["before"]["name"] == "SP4N-LAPOR"


def test_a_hazard_that_was_given_up_is_sent_again(
    as_user: AsUser, cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint, other = add_endpoint(agency.url), add_endpoint(f"{agency.url}/x", name="Lain", mapping={})
    agency.answers["POST requests"] = (503, b"")
    verified(cast)
    tick()
    tick(timedelta(days=1, minutes=1))
    tuti, url = as_user("tuti"), f"{PAGE}/{endpoint.id}"
    item = db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "open311")).one()
    assert item.failed_at is not None
    assert f'href="{PAGE}"' in tuti.get("/notices").text
    assert f"/items/{item.id}/resending" in tuti.get(url).text
    assert tuti.post(f"{PAGE}/{other.id}/items/{item.id}/resending").status_code == 404
    agency.answers.clear()
    assert "Laporan bahaya dikirim ulang." in followed(tuti, tuti.post(f"{url}/items/{item.id}/resending"))
    tick(timedelta(seconds=1))
    assert rows()[0].service_request_id == "100"
    assert trail("open311_resent")[0].detail["outbox"] == item.id


def test_a_hazard_that_may_have_arrived_is_sent_once_more_by_hand(
    as_user: AsUser, cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url)
    verified(cast)
    agency.loses_answers, agency.lists_requests = True, False
    for later in (timedelta(), timedelta(minutes=1), timedelta(days=1, minutes=1)):
        tick(later)
    item = db.session.scalars(select(OutboxItem).where(OutboxItem.topic == "open311")).one()
    assert (item.failed_at is None, rows()[0].problem) == (False, "unsure")
    assert as_user("tuti").post(f"{PAGE}/{endpoint.id}/items/{item.id}/resending").status_code == 302
    tick(timedelta(seconds=1))
    tick(timedelta(minutes=1))
    assert agency.paths("POST") == ["requests"] * 3


def test_what_waits_and_what_was_sent_when_the_address_is_corrected(
    as_user: AsUser, cast: Cast, agency: Agency, add_endpoint: AddEndpoint
) -> None:
    endpoint = add_endpoint(agency.url)
    former = verified(cast)
    tick()
    agency.answers["POST requests"] = 500, b""
    verified(cast, who="wahyu")
    tick()
    tuti, url = as_user("tuti"), f"{PAGE}/{endpoint.id}"
    assert save(tuti, url, LAPOR | {"url": f"{agency.url}/"}).status_code == 302  # the same, as it is stored
    assert [row.begun_at is None for row in rows()] == [False, False]
    assert save(tuti, url, LAPOR | {"url": agency.url.replace("localhost", "LOCALHOST")}).status_code == 302
    agency.answers.clear()
    tick(timedelta(minutes=1))
    [row] = rows()
    assert (row.report_id, row.problem, row.closed_at is None) == (former.id, "moved", False)
    assert "alamat lama" in as_user("bagas").get(f"/hazards/desk/{former.number}/forwarding").text
    asked = len(agency.asked)
    ask(timedelta(minutes=10))
    assert len(agency.asked) == asked
    known()[0].mapping = {"flood": "001"}
    db.session.commit()
    tick(timedelta(minutes=2))
    assert (len(rows()), rows()[1].problem, rows()[1].sent_at is None) == (2, "", False)


def test_each_problem_is_said_in_words(as_user: AsUser, add_endpoint: AddEndpoint) -> None:
    endpoint, tuti = add_endpoint(LAPOR["url"]), as_user("tuti")
    for word in WORDS:
        endpoint.problem = f"{word} 418"
        db.session.commit()
        page = tuti.get(PAGE).text
        assert f"{word} 418" not in page
        assert "Masalah" in page


def test_an_endpoint_may_be_the_api_client_that_sends_reports(as_user: AsUser, add_endpoint: AddEndpoint) -> None:
    client = ApiClient(name="Siab Maspro")
    db.session.add(client)
    db.session.commit()
    tuti, mine = as_user("tuti"), client.id
    assert "Siab Maspro" in tuti.get(f"{PAGE}/new").text
    tuti.post(f"{PAGE}/new", data=LAPOR | {"client_id": str(mine)})
    assert known()[0].client_id == mine


def test_a_form_over_another_change_says_so(as_user: AsUser, add_endpoint: AddEndpoint) -> None:
    endpoint = add_endpoint(LAPOR["url"])
    tuti, url = as_user("tuti"), f"{PAGE}/{endpoint.id}"
    version = seen(tuti.get(url))
    endpoint.jurisdiction_id = "kota"
    db.session.commit()
    assert tuti.post(url, data=LAPOR | {"seen": version}).status_code == 422
