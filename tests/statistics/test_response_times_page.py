"""The page of response times: its headline, table, filters, file and the incidents behind each number."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from meteor.dispatch import rules
from meteor.incidents.models import Incident
from meteor.statistics import figures, forms
from meteor.store.database import READER, db, hang_up
from meteor.store.moments import WIB, today
from meteor.web.language import iso
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report
from tests.statistics.test_public_figures import happened
from tests.statistics.test_rollup import kept_up
from tests.store.plans import scans, statements

AsUser = Callable[[str], Browser]


def helped(cast: Cast, seconds: int, who: str = "sari", call_sign: str = "TRAIL-01") -> Incident:
    """An incident of now that a unit has reached after so many seconds; closed since, and counted."""
    incident = report(cast, who)
    assignment = open_assignment(call_sign)
    for step, after in (("accept", 5), ("arrive", seconds)):
        getattr(rules, step)(assignment, incident.opened_at + timedelta(seconds=after), cast.agus)
    rules.close(incident, "helped", "", incident.opened_at + timedelta(seconds=seconds + 60), cast.komang)
    db.session.commit()
    kept_up()
    return incident


def text_of(page: Any) -> str:
    return " ".join(page.get_data(as_text=True).split())


@pytest.fixture
def percentiles_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single incident is enough for P50 and P90."""
    monkeypatch.setattr(figures, "FEWEST", {50: 1, 90: 1})


@pytest.mark.parametrize("who", ["komang", "hadi", "yusuf"])
def test_without_incidents_the_page_says_so(as_user: AsUser, who: str) -> None:
    page = as_user(who).get("/statistics")
    assert page.status_code == 200
    assert "Belum ada kejadian" in text_of(page)
    assert "statistics.csv" not in text_of(page)


@pytest.mark.usefixtures("percentiles_of_one")
def test_the_headline_is_the_share_within_three_minutes(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    helped(cast, 170)
    helped(cast, 400)
    shown = text_of(as_user("komang").get("/statistics"))
    assert "<strong>50 %</strong> (1 dari 2)" in shown
    assert "P50 <strong>2 mnt 50 dtk</strong>" in shown
    assert "P90 <strong>6 mnt 40 dtk</strong>" in shown


def test_an_incident_without_an_arrival_is_named_and_is_no_zero(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    kept_up()
    shown = text_of(as_user("komang").get("/statistics"))
    assert "Tidak ada unit yang tiba" in shown
    assert "Tanpa kedatangan: 1" in shown


def test_an_incident_that_no_unit_reached_lowers_the_share(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    helped(cast, 170)
    missed = report(cast, "wahyu", "fire")
    rules.close(missed, "helped", "", missed.opened_at + timedelta(seconds=900), cast.komang)
    db.session.commit()
    kept_up()
    assert "<strong>50 %</strong> (1 dari 2)" in text_of(as_user("komang").get("/statistics"))


def test_each_moment_stands_with_its_rule(as_user: AsUser) -> None:
    shown = text_of(as_user("komang").get("/statistics"))
    for name in ("Ditekan", "Diterima", "Dilihat", "Dipilah", "Ditawarkan", "Dalam perjalanan", "Di lokasi", "Selesai"):
        assert f"<dt>{name}</dt>" in shown


def test_the_month_in_which_meteor_began_is_marked_as_a_part(as_user: AsUser, cast: Cast) -> None:
    for month, day in (("2026-09", 20), ("2026-10", 1)):
        happened(cast, month, None, [100.0], day=f"{month}-{day:02}")
    shown = text_of(as_user("komang").get("/statistics?since=2026-08&until=2026-10"))
    assert "September 2026 (sebagian)" in shown
    assert "Oktober 2026 (sebagian)" not in shown


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=2026-13", "Dari bulan"), ("until=besok", "Sampai bulan"),
        ("since=2026-11&until=2026-10", "Sampai bulan"), ("since=2020-01&until=2026-11", "Sampai bulan"),
        ("group=color", "Rinci per"), ("agency=99999", "Instansi utama"), ("type=x", "Jenis"),
        ("priority=9", "Prioritas"), ("kelurahan=-1", "Kelurahan"), ("source=fax", "Sumber"), ("hour=24", "Jam"),
    ],
)  # fmt: skip
def test_a_bad_filter_names_its_field_and_stays(as_user: AsUser, query: str, field: str) -> None:
    name, value = query.split("&")[-1].split("=")
    for address in ("/statistics", "/statistics/incidents"):
        page = as_user("komang").get(f"{address}?{query}")
        assert page.status_code == 422
        assert f'<a href="#{name}">{field}' in text_of(page)
        assert f'value="{value}"' in text_of(page)
    file = as_user("komang").get(f"/statistics.csv?{query}")
    assert file.status_code == 422
    assert field in text_of(file)


def test_a_filter_narrows_all_figures(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    helped(cast, 170)
    assert "(1 dari 1)" in text_of(as_user("komang").get("/statistics?priority=1&group=type"))
    assert "Belum ada kejadian" in text_of(as_user("komang").get("/statistics?priority=4"))
    assert "Belum ada kejadian" in text_of(as_user("komang").get("/statistics?since=2020-01&until=2020-12"))


def test_each_row_leads_to_the_incidents_that_it_counts(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident, other = helped(cast, 170), report(cast, "wahyu", "fire")
    kept_up()
    browser = as_user("komang")
    kind = cast.incident_type("emergency").id
    page = browser.get("/statistics?group=type")
    assert f"type={kind}" in text_of(page)
    shown = text_of(browser.get(f"/statistics/incidents?group=type&type={kind}"))
    assert incident.number in shown
    assert other.number not in shown
    assert "2 mnt 50 dtk" in shown


def test_the_moment_of_the_press_stands_before_the_receipt(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast, waited=840.0)
    kept_up()
    shown = text_of(as_user("komang").get("/statistics/incidents"))
    pressed = incident.opened_at - timedelta(seconds=840)
    assert f'<td data-label="Ditekan"><time datetime="{iso(pressed)}"' in shown


def test_the_administrator_reads_crime_and_load_and_no_response_times(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    for address in ("/statistics.csv", "/statistics/incidents"):
        assert tuti.get(address).status_code == 403
    answer = tuti.get("/statistics")
    assert (answer.status_code, answer.location) == (303, "/statistics/crime")
    page = tuti.get(answer.location)
    assert 'href="/statistics/load"' in page.text
    assert 'href="/statistics"' not in page.text


@pytest.mark.usefixtures("percentiles_of_one")
def test_the_file_has_the_same_figures(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    helped(cast, 170)
    file = as_user("komang").get("/statistics.csv?group=priority")
    assert file.mimetype == "text/csv"
    assert "attachment" in file.headers["Content-Disposition"]
    head, *rows = (line.split(";") for line in file.data.decode("utf-8-sig").splitlines())
    assert head[:2] == ['"Prioritas"', '"Kejadian"']
    assert [row[0] for row in rows] == ['"P1"', '"Semua"']
    within = ['"1"', '"100"']
    seen = ['"1"', '"5"', '"5"', *within]
    assert rows[0][1:] == ['"1"', *seen, *seen, '"1"', '"170"', '"170"', *within, *within]


def test_the_file_of_incidents_has_nine_moments_and_no_place_but_the_kelurahan(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = helped(cast, 170)
    komang = as_user("komang")
    assert "/statistics/incidents.csv?" in komang.get("/statistics/incidents").text
    file = komang.get("/statistics/incidents.csv")
    assert file.mimetype == "text/csv"
    head, row = csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";")
    assert head[2:7] == ["Jenis", "Prioritas", "Kelurahan", "Sumber", "Ditekan"]
    assert row[:2] == [incident.number, "1"]
    moments = dict(zip(head[6:], row[6:], strict=True))
    assert len(moments) == 9
    arrived = incident.opened_at + timedelta(seconds=170)
    assert moments["Di lokasi"] == f"{arrived.astimezone(WIB):%Y-%m-%d %H:%M:%S}"
    assert moments["Dipilah"] == ""
    assert komang.get("/statistics/incidents.csv?agency=1").status_code == 200
    assert komang.get("/statistics/incidents.csv?hour=24").status_code == 422


def test_without_months_the_last_twelve_are_meant(app: Flask) -> None:
    with app.test_request_context():
        for day, first in ((today().replace(year=2026, month=11, day=30), "2025-12"),
                           (today().replace(year=2026, month=12, day=1), "2026-01")):  # fmt: skip
            form = forms.FilterForm(MultiDict(), {}, day)
            assert (form.since.data, form.until.data) == (first, f"{day:%Y-%m}")


def test_no_statement_reads_through_the_table(app: Flask, as_user: AsUser, cast: Cast) -> None:
    report(cast)
    kept_up()
    db.session.remove()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        for address in (
            "/statistics",
            "/statistics?group=kelurahan&agency=1",
            "/statistics/incidents",
            "/statistics/incidents.csv",
            "/statistics.csv",
        ):
            assert as_user("komang").get(address).status_code == 200
    assert scans(db.engines[READER], dict(asked)) == {}
