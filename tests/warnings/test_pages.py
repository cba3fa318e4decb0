"""The public pages, the citizen's banner, the head line, wishes, and the GeoJSON."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from meteor.alerts.models import Alert
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings.feed_models import WarningFeed
from meteor.warnings.reading import concerns
from meteor.warnings.wishes import wish_of
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import report
from tests.warnings.drafting import published
from tests.warnings.scenes import cancel, publish, settle_in, tell_all
from tests.web.gates import by_gate, cookie, serving

AsUser = Callable[[str], Browser]
HTMX = {"HX-Request": "true"}


def feed(minutes: int | None = 1) -> None:
    """A feed that was reached so many minutes ago, or never; commits."""
    reached = None if minutes is None else now() - timedelta(minutes=minutes)
    db.session.add(WarningFeed(name="BMKG", url="https://bmkg.example", kind="cap", succeeded_at=reached))
    db.session.commit()


def alert_of(incident: Incident) -> Alert:
    return db.session.scalars(select(Alert).where(Alert.incident_id == incident.id)).one()


# --- the citizen's banner ---


def test_the_button_says_what_where_until_when_and_what_to_do_first(cast: Cast, as_user: AsUser) -> None:
    publish("Mayangan")
    page = as_user("sari").get("/").text
    summary = page.partition('id="warning">')[2].partition("</summary>")[0]
    assert "<strong>Siaga: Hujan lebat dan angin kencang</strong>" in summary
    assert re.search(r"sampai [^<]* WIB di kelurahan Anda</span>", summary)
    assert "Jauhi pohon dan baliho." in summary
    assert "Tutup jendela" not in summary
    assert "Tutup jendela, dan tunda perjalanan." in page


def test_an_approximate_touch_is_called_an_estimate(cast: Cast, as_user: AsUser) -> None:
    publish("Mayangan", exact=False)
    assert "di kelurahan Anda (perkiraan)" in as_user("sari").get("/").text


def test_each_kelurahan_sees_only_its_own(cast: Cast, as_user: AsUser) -> None:
    settle_in(cast.slamet, "Sukabumi")
    publish("Mayangan", texts={"id": {"event": "Banjir rob"}})
    publish("Sukabumi", severity="Moderate", texts={"id": {"event": "Angin kencang"}})
    sari, slamet = (as_user(who).get("/warnings/banner", headers=HTMX).text for who in ("sari", "slamet"))
    assert ("Banjir rob" in sari, "Angin kencang" in sari) == (True, False)
    assert ("Banjir rob" in slamet, "Angin kencang" in slamet) == (False, True)
    assert "1 peringatan lain" in slamet  # the severe one of Mayangan, as a link


def test_who_lives_nowhere_sees_the_severe_ones_of_the_city(cast: Cast, as_user: AsUser) -> None:
    publish("Mayangan", severity="Moderate")
    assert "Waspada" not in as_user("tuti").get("/").text
    publish("Mayangan")
    page = as_user("tuti").get("/").text
    assert "Siaga" in page
    assert "kelurahan Anda" not in page


def test_without_a_warning_there_is_no_banner(cast: Cast, as_user: AsUser) -> None:
    banner = as_user("sari").get("/warnings/banner", headers=HTMX).text
    assert "data-version" in banner
    assert "<p" not in banner
    assert "<details" not in banner


def test_that_it_is_over_stands_on_the_page_of_who_was_told(cast: Cast, as_user: AsUser) -> None:
    rain = publish("Mayangan")
    tell_all()
    cancel(rain)
    tell_all()
    assert "sudah tidak berlaku" in as_user("sari").get("/").text
    assert "sudah tidak berlaku" not in as_user("wahyu").get("/").text


def test_the_banner_stands_on_the_alert_and_on_the_rt_leaders_page(cast: Cast, as_user: AsUser) -> None:
    publish("Mayangan")
    alert = alert_of(report(cast))
    assert "di kelurahan Anda" in as_user("sari").get(f"/alerts/{alert.id}").text
    assert "Hujan lebat" in as_user("endang").get("/neighbourhood").text


def test_a_silent_alert_shows_no_warning(cast: Cast, as_user: AsUser) -> None:
    publish("Mayangan", severity="Extreme")
    alert = alert_of(report(cast, silent=True))
    assert "Hujan lebat" not in as_user("sari").get(f"/alerts/{alert.id}").text


# --- polls ---


@pytest.fixture
def site(app: Flask, cast: Cast) -> Iterator[Flask]:
    with serving(app) as site:
        yield site


def test_an_unchanged_poll_is_answered_in_front_of_flask(site: Flask, cast: Cast) -> None:
    held = {"Cookie": cookie(site, "sari"), **HTMX}
    address = "/warnings/banner?v={}".format
    client = site.test_client(use_cookies=False)
    for _ in range(2):
        version = concerns(cast.sari.id, now()).version
        db.session.rollback()
        assert by_gate(client.get(address(version), headers=held))
        publish("Mayangan")
        assert "Siaga" in client.get(address(version), headers=held).text


# --- those at work ---


@pytest.mark.parametrize(("who", "address"), [("komang", "/board"), ("agus", "/incidents"), ("yusuf", "/board/chief")])
def test_those_at_work_see_one_line(cast: Cast, as_user: AsUser, who: str, address: str) -> None:
    assert 'id="warning-line"' not in as_user(who).get(address).text
    publish("Mayangan")
    publish("Sukabumi", severity="Extreme", texts={"id": {"event": "Tsunami"}})
    page = as_user(who).get(address).text
    assert page.count('id="warning-line"') == 1
    line = page.partition('id="warning-line"')[2].partition("</a>")[0]
    assert "<strong>Awas</strong>: Tsunami" in line
    assert "1 lainnya" in line


# --- the public pages ---


def test_anybody_reads_what_holds_and_what_is_over(cast: Cast, as_user: AsUser) -> None:
    feed()
    old = publish("Mayangan", texts={"id": {"headline": "Angin kencang kemarin"}})
    new = publish("Mayangan", "Sukabumi", exact=False, replaces=[old])
    page = as_user("").get("/warnings").text
    assert "Hujan lebat dan angin kencang di Kota Probolinggo" in page
    assert page.count("(perkiraan)") == 2
    assert "Angin kencang kemarin" in page
    assert "Diperbarui" in page
    one = as_user("").get(f"/warnings/{old.id}").text
    assert "sudah tidak berlaku" in one
    assert f'href="/warnings/{new.id}"' in one
    assert "BMKG Juanda" in as_user("").get(f"/warnings/{new.id}").text


def test_a_warning_of_other_places_stands_on_no_page(cast: Cast, as_user: AsUser) -> None:
    feed()
    publish(severity="Extreme", texts={"id": {"event": "Badai di Papua"}})
    pages = [("", "/warnings"), ("tuti", "/"), ("sari", "/warnings/banner"), ("komang", "/warnings/headline")]
    assert [address for who, address in pages if "Papua" in as_user(who).get(address).text] == []
    assert as_user("").get("/warnings.geojson").get_json(force=True)["features"] == []


SQUARE = [[-7.7, 113.2], [-7.75, 113.2], [-7.8, 113.2], [-7.8, 113.3]]


@pytest.mark.both_databases
def test_the_area_that_others_name_is_outlined_and_one_of_ours_is_its_kelurahan(cast: Cast, as_user: AsUser) -> None:
    rain = publish("Mayangan", areas=[{"description": "Utara", "polygons": [SQUARE]}])
    own, nobody = published(cast), as_user("")
    points = "-7.70000,113.20000 -7.80000,113.20000 -7.80000,113.30000 -7.70000,113.20000"
    assert nobody.get("/warnings").text.count("data-outline") == 1
    page = nobody.get(f"/warnings/{rain.id}").text
    assert f'data-outline="{points}" data-warned="severe"' in page
    assert 'id="warned-city"' in page
    page = nobody.get(f"/warnings/{own.id}").text
    assert "data-outline" not in page
    assert 'id="warned-city"' in page


def test_a_warning_without_an_area_has_no_map(cast: Cast, as_user: AsUser) -> None:
    assert 'id="warned-city"' not in as_user("").get(f"/warnings/{publish().id}").text


def test_a_warning_of_ours_names_each_kelurahan_once(cast: Cast, as_user: AsUser) -> None:
    page = as_user("").get(f"/warnings/{published(cast).id}").text
    assert "Mayangan</span>" in page
    assert "Kecamatan Mayangan" not in page


def test_an_all_clear_says_what_to_do_now_and_is_no_warning_itself(cast: Cast, as_user: AsUser) -> None:
    texts = {"id": {"headline": "Aman kembali", "instruction": "Warga boleh pulang."}}
    clear = cancel(publish("Mayangan"))
    clear.severity, clear.texts = "Minor", texts
    db.session.commit()
    page = as_user("").get(f"/warnings/{clear.id}").text
    assert "Warga boleh pulang." in page
    assert "Perhatian" not in page
    assert " sampai " not in page


def test_what_to_do_is_not_said_of_a_warning_that_is_over(cast: Cast, as_user: AsUser) -> None:
    rain = publish("Mayangan")
    assert "Jauhi pohon" in as_user("").get(f"/warnings/{rain.id}").text
    cancel(rain)
    assert "Jauhi pohon" not in as_user("").get(f"/warnings/{rain.id}").text


def test_an_exercise_or_a_number_that_is_none_is_not_found(cast: Cast, as_user: AsUser) -> None:
    drill = publish("Mayangan", status="Exercise")
    for number in (drill.id, drill.id + 1):
        assert as_user("").get(f"/warnings/{number}").status_code == 404
    assert "Hujan" not in as_user("").get("/warnings").text


@pytest.mark.parametrize(
    ("minutes", "said", "calm"),
    [(1, None, True), (45, "terakhir terhubung", False), (None, "belum pernah terhubung", False)],
)
def test_the_page_promises_no_more_than_is_known(
    cast: Cast, as_user: AsUser, minutes: int | None, said: str | None, calm: bool
) -> None:
    feed(minutes)
    page = as_user("").get("/warnings").text
    assert ("Tidak ada peringatan yang berlaku" in page) is calm
    assert said is None or said in page


def test_a_city_without_a_source_says_so(cast: Cast, as_user: AsUser) -> None:
    page = as_user("").get("/warnings").text
    assert "belum ada sumber yang diatur" in page
    assert "Tidak ada peringatan yang berlaku" not in page


# --- wishes ---


def test_a_citizen_chooses_and_sees_the_choice(cast: Cast, as_user: AsUser) -> None:
    sari = as_user("sari")
    assert wish_of(cast.sari) == "Severe"
    for wish in ("Moderate", ""):
        assert sari.post("/warnings/wishes", data={"least": wish}).status_code == 303
        db.session.expire_all()
        assert wish_of(cast.sari) == wish
        assert f'value="{wish}" checked' in sari.get("/warnings/wishes").text


def test_a_wish_that_there_is_not_is_refused(cast: Cast, as_user: AsUser) -> None:
    assert as_user("sari").post("/warnings/wishes", data={"least": "Minor"}).status_code == 422
    assert as_user("sari").post("/warnings/wishes").status_code == 422


def test_who_is_not_verified_is_told_why_no_notice_comes(cast: Cast, as_user: AsUser) -> None:
    assert "setelah ketua RT membenarkan" in as_user("wahyu").get("/warnings/wishes").text
    assert "Kelurahan Mayangan" in as_user("sari").get("/warnings/wishes").text


# --- for machines ---


def test_the_geojson_has_closed_rings_longitude_first(cast: Cast, as_user: AsUser) -> None:
    square = [[-7.7, 113.2], [-7.8, 113.2], [-7.8, 113.3]]
    areas = [{"description": "Kota", "polygons": [square], "circles": [[-7.75, 113.2, 10]], "geocodes": {}}]
    rain = publish("Mayangan", areas=areas)
    answer = as_user("").get("/warnings.geojson")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    (feature,) = answer.get_json(force=True)["features"]
    (polygon,), (circle,) = feature["geometry"]["coordinates"]
    assert polygon == [[113.2, -7.7], [113.2, -7.8], [113.3, -7.8], [113.2, -7.7]]
    assert circle[0] == circle[-1]
    assert max(latitude for _, latitude in circle) == pytest.approx(-7.75 + 10 / 110.6, abs=1e-4)
    assert (feature["id"], feature["properties"]["severity"]) == (rain.id, "Severe")
    assert feature["properties"]["kelurahan"] == [{"code": "35.74.03.1001", "name": "Mayangan", "exact": True}]
    again = as_user("").get("/warnings.geojson", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_earthquake_without_an_area_has_no_geometry(cast: Cast, as_user: AsUser) -> None:
    publish("Mayangan")
    assert as_user("").get("/warnings.geojson").get_json(force=True)["features"][0]["geometry"] is None
