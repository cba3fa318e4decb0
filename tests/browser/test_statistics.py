"""Pages of statistics, as they are laid out on screens and on paper."""

import pytest
from playwright.sync_api import expect

from meteor.statistics.heat_cells import LEAST
from meteor.store.database import db
from meteor.store.moments import now
from tests.browser.axe import violations
from tests.browser.conftest import City, Opener
from tests.browser.test_print import ON_SCREENS_ONLY
from tests.cast import HOME
from tests.statistics.a_year import a_year
from tests.statistics.test_heat import spread
from tests.statistics.test_load import call

BOTTOMS = """() => Array.from(document.querySelectorAll(".response-filters > *"), (one) =>
  Math.round(one.getBoundingClientRect().bottom))"""


@pytest.mark.parametrize("width", [1440, 820, 360])
def test_the_button_of_the_filters_ends_their_last_line(city: City, desktop: Opener, width: int) -> None:
    page = desktop("hadi")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/statistics")
    *fields, button = page.evaluate(BOTTOMS)
    assert fields[-1] == button
    assert page.evaluate("document.documentElement.scrollWidth") == width


A4 = {"width": 703, "height": 1030}  # 186 x 273 mm in CSS pixels: A4 within margins of 12 mm
CUT = """(width) => Array.from(document.querySelectorAll("main *"))
  .filter((one) => one.getBoundingClientRect().right > width + 1).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/statistics?since=2026-01&until=2026-11&priority=1", "Januari 2026 – November 2026 · Prioritas: P1"),
        ("/statistics/crime?year=2022", "Tahun 2022"),
        ("/statistics/load?since=2026-10&until=2026-11", "Oktober 2026 – November 2026"),
    ],
)
def test_figures_are_printed_within_the_paper_in_black_with_what_was_asked_for(
    city: City, desktop: Opener, address: str, asked: str
) -> None:
    with city.database():
        a_year(200)
    page = desktop("hadi")
    page.set_viewport_size(A4)
    page.goto(address)
    page.emulate_media(media="print")
    assert page.evaluate(CUT, A4["width"]) == []
    assert page.locator("main :is(input, select, button, nav):visible").all() == []
    expect(page.get_by_text(asked, exact=True)).to_be_visible()
    for bar in page.locator(".chart rect.solid").all():
        assert bar.evaluate("one => getComputedStyle(one).fill") == "rgb(0, 0, 0)"


def test_the_monthly_report_is_three_pages_of_a4_in_indonesian(city: City, desktop: Opener) -> None:
    with city.database():
        a_year(1500)
    page = desktop("hadi")
    page.set_viewport_size(A4)
    page.goto("/statistics/report")
    page.emulate_media(media="print")
    assert page.evaluate(CUT, A4["width"]) == []
    assert page.locator(ON_SCREENS_ONLY).all() == []
    assert page.locator("main :is(input, a[download]):visible").all() == []
    expect(page.get_by_role("heading", level=1)).to_contain_text("Laporan bulanan: ")
    assert page.locator("main h2").all_inner_texts() == [
        "Unit pertama di lokasi", "Unit pertama di lokasi, tiga belas bulan", "Menurut: Instansi utama",
        "Laporan per saluran", "Menurut: Kelurahan", "Menurut: Jenis", "Gangguan di 112", "Panggilan dijawab",
        "Alarm palsu", "Lokasi alarm dengan alarm palsu terbanyak", "Tawaran tidak dijawab per unit",
        "Angka kriminalitas", "Cara mengukurnya",
    ]  # fmt: skip
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 3
    assert paper.count(b"/MediaBox [0 0 594.95996 841.91998]") == 3


PAGES = [
    ("hadi", "/statistics"),
    ("hadi", "/statistics/crime"),
    ("hadi", "/statistics/load"),
    ("hadi", "/statistics/report"),
    ("tuti", "/statistics/load"),
    ("", "/statistics/public"),
]

UNEXPLAINED = """() => Array.from(document.querySelectorAll("main figure.chart")).map((chart) => {
  const svg = chart.querySelector("svg[aria-labelledby]");
  if (!svg) return chart.innerText + ": nothing is drawn";
  const words = svg.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id)?.textContent);
  const beside = chart.closest(".figures") || chart.parentElement;
  if (!chart.querySelector("figcaption").innerText || !words.every(Boolean)) return svg.outerHTML.slice(0, 80);
  return beside.querySelector("table") ? null : words[0] + ": no table";
}).filter(Boolean)"""
"""The charts without a drawing, a title, a text alternative or a table."""

IN_COLOUR = """() => Array.from(document.querySelectorAll(
    "main .chart :is(.bar, .hatch, .ground, .line, .mark, .tick, text)"))
  .filter((one) => [getComputedStyle(one).fill, getComputedStyle(one).stroke].some((paint) => {
    const [red, green, blue] = paint.startsWith("rgb") ? paint.match(/[0-9.]+/g) : [0, 0, 0];
    return Math.max(red, green, blue) - Math.min(red, green, blue) > 20;
  })).map((one) => one.outerHTML.slice(0, 80))"""
"""What is printed in a colour."""


@pytest.mark.parametrize(("username", "address"), PAGES)
def test_each_chart_has_a_title_a_text_and_a_table_and_is_printed_without_colour(
    city: City, desktop: Opener, username: str, address: str
) -> None:
    with city.database():
        a_year(1500)
        call(3, "prank", now())
        db.session.commit()
    page = desktop(username)
    page.goto(address)
    assert page.locator("main figure.chart").count()
    page.emulate_media(media="print")
    assert page.evaluate(IN_COLOUR) == []
    assert page.evaluate(UNEXPLAINED) == []


@pytest.mark.parametrize(("username", "address"), PAGES)
def test_axe_finds_nothing_on_a_phone_and_on_a_desk(city: City, desktop: Opener, username: str, address: str) -> None:
    with city.database():
        a_year(1500)
    page = desktop(username)
    for width, height in ((360, 640), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        assert violations(page) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_cell_of_the_map_leads_to_its_incidents_also_where_its_number_stands(city: City, desktop: Opener) -> None:
    with city.database():
        spread(*HOME)
        db.session.commit()
    page = desktop("hadi")
    page.goto("/statistics/load?since=2026-03&until=2026-03")
    page.locator(".heat-map a").click()
    expect(page.get_by_role("link", name="Kembali ke angka")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(LEAST)


@pytest.mark.parametrize(("username", "address"), PAGES)
def test_each_page_fits_a_phone_with_twice_the_text(city: City, phone: Opener, username: str, address: str) -> None:
    page = phone(username)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
