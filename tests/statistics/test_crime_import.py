"""The police's figures as a CSV file: problems by line and field, and nothing replaced unseen."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.statistics import crime_import
from meteor.statistics.crime_models import CrimeFigure
from meteor.store.database import db
from tests.admin import followed, trail
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

PAGE = "/statistics/crime/import"


def file(*rows: dict[str, str]) -> bytes:
    """The example's line, with each row's changes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, crime_import.TABLE.example)
    writer.writeheader()
    writer.writerows(crime_import.TABLE.example | row for row in rows)
    return text.getvalue().encode()


def upload(browser: Browser, data: bytes) -> TestResponse:
    return browser.post(PAGE, data={"file": (io.BytesIO(data), "kriminalitas.csv")})


def confirm(browser: Browser, page: str) -> TestResponse:
    """Confirm the preview with what it kept."""
    kept = dict(re.findall(r'name="(csv|seen)" value="([^"]*)"', page))
    return browser.post(f"{PAGE}/confirmation", data={name: unescape(value) for name, value in kept.items()})


def figures() -> list[tuple[int, int, str, str, int]]:
    """The figures, but those that every city has from the start."""
    db.session.expire_all()
    query = select(CrimeFigure).where(CrimeFigure.year > 2022).order_by(CrimeFigure.id)
    return [(it.year, it.month, it.kind, it.area, it.cases) for it in db.session.scalars(query)]


@pytest.mark.both_databases
def test_a_file_is_looked_at_and_then_goes_in(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    page = upload(tuti, file({}, {"month": "", "kind": "", "kelurahan": "", "cases": "700"}))
    assert page.status_code == 200
    assert figures() == []
    assert "2 ditambahkan, 0 diubah" in followed(tuti, confirm(tuti, page.text))
    assert figures() == [(2025, 3, "Pencurian", "35.74.03.1001", 7), (2025, 0, "", "", 700)]
    assert trail("crime_figures_imported")[0].detail == {"added": 2, "changed": 0}


def test_what_would_be_replaced_is_shown_with_both_numbers_and_kept_in_the_audit_log(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    whole = {"year": "2022", "month": "", "kind": "", "kelurahan": ""}
    page = upload(tuti, file(whole | {"cases": "890", "source": "Polres, koreksi 2025"}))
    text = " ".join(re.sub("<[^>]+>", " ", page.text).split())
    assert "2022 – – – 886 890 Polres Probolinggo Kota, peluncuran METEOR" in text
    assert "Polres, koreksi 2025" in text
    assert "0 ditambahkan, 1 diubah" in followed(tuti, confirm(tuti, page.text))
    entry = trail("crime_figure_changed")[0].detail
    assert (entry["before"]["cases"], entry["after"]["cases"]) == (886, 890)
    assert "peluncuran METEOR" in entry["before"]["source"]


def test_nothing_is_replaced_that_the_preview_did_not_show(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    page = upload(tuti, file({}))
    db.session.add(CrimeFigure(year=2025, month=3, kind="pencurian", area="35.74.03.1001", cases=9, source="Polres"))
    answer = confirm(tuti, page.text)
    assert answer.status_code == 303
    assert "sudah berubah" in tuti.get(answer.location).text
    assert figures() == [(2025, 3, "pencurian", "35.74.03.1001", 9)]


def test_the_same_file_again_changes_nothing(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    confirm(tuti, upload(tuti, file({})).text)
    page = upload(tuti, file({"kind": "PENCURIAN", "kelurahan": "35.74.03.1001"}))
    assert "0 ditambahkan, 0 diubah" in followed(tuti, confirm(tuti, page.text))
    assert len(figures()) == 1


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"year": "tahun"}, "year"),
        ({"year": "1901"}, "year"),
        ({"year": "2090"}, "year"),
        ({"month": "13"}, "month"),
        ({"kind": "x" * 61}, "kind"),
        ({"kelurahan": "Atlantis"}, "kelurahan"),
        ({"cases": "-1"}, "cases"),
        ({"cases": "tujuh"}, "cases"),
        ({"cases": ""}, "cases"),
        ({"source": ""}, "source"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_a_problem_names_line_and_field(as_user: AsUser, wrong: dict[str, str], column: str) -> None:
    page = upload(as_user("tuti"), file({"kind": "Lain"}, wrong))
    assert page.status_code == 422
    assert re.findall(r"<td>(\d+)</td><td>([a-z]+)</td>", page.text) == [("3", column)]
    assert figures() == []


@pytest.mark.parametrize(
    ("wrong", "limits"), [({"cases": "-1"}, "dari 0 sampai 1.000.000"), ({"year": "1901"}, "dari 1990 sampai 2100")]
)
def test_a_limit_is_written_as_all_numbers_are_and_a_year_as_a_year(
    as_user: AsUser, wrong: dict[str, str], limits: str
) -> None:
    assert limits in upload(as_user("tuti"), file(wrong)).text


def test_the_preview_and_its_problems_group_their_numbers(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    many = [{"kind": f"Jenis {number}"} for number in range(1000)]
    page = upload(tuti, file(*many)).text
    assert "<dd>1.000</dd>" in page
    assert "1.000 ditambahkan, 0 diubah" in followed(tuti, confirm(tuti, page))
    assert "<td>1.002</td>" in upload(tuti, file(*many, {"cases": "tujuh"})).text


@pytest.mark.parametrize("kelurahan", ["Mayangan", "35.74.03.1001"])
def test_a_line_that_says_the_same_again_is_a_problem(as_user: AsUser, kelurahan: str) -> None:
    page = upload(as_user("tuti"), file({}, {"kelurahan": kelurahan, "cases": "8"}))
    assert re.findall(r"<td>(\d+)</td><td>([a-z]+)</td>", page.text) == [("3", "kelurahan")]


def test_the_template_is_a_file_that_can_be_imported(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert upload(tuti, tuti.get(f"{PAGE}/template.csv").data).status_code == 200


def test_only_the_administrator_imports(as_user: AsUser) -> None:
    assert upload(as_user("yusuf"), file({})).status_code == 403
    assert "Impor angka Polres" in as_user("tuti").get("/statistics/crime").text
