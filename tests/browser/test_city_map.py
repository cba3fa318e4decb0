"""The map of a pane in a real browser: its streets, and the marks of incidents and units that it shows."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import render_template_string
from playwright.sync_api import Locator, Page, Route, expect

from meteor.store.database import db
from meteor.territory.models import Kelurahan
from tests.browser.conftest import City, Opener
from tests.browser.test_every_page import wrong_with
from tests.territory.test_boundaries import square

MIDDLE = (113.2100, -7.7500)
PAGE = """<!doctype html>
<html lang="id" data-density="desk">
<meta charset="utf-8"><title>Peta</title>
<link rel="icon" href="{{ asset("icon.svg") }}"><link rel="stylesheet" href="{{ asset(EVERY_PAGE) }}">
<link rel="stylesheet" href="{{ asset("css/dark-scheme.css") }}" media="(prefers-color-scheme: dark)">
{% for name in ("map", "styleguide") %}<link rel="stylesheet" href="{{ asset("css/" ~ name ~ ".css") }}">{% endfor %}
<script src="{{ asset("js/map.js") }}" defer></script>
<main><h1>Peta</h1>{% include "demo/_map.html" %}</main>
"""
STREET_MAP = {
    "overview": "/sketch/overview.geojson", "streets": "/sketch/streets.geojson", "credit": "Sketsa, bukan peta",
    "sketch": True,
}  # fmt: skip
WRITTEN = """
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
  const { dataset } = document.documentElement;
  dataset.written = `${dataset.written || ""}${text}|`;
  return fill.call(this, text, ...at);
};
"""
"""Keeps in the page's root what is written on any canvas."""

COLOURS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height), found = {};
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) found[data.slice(at, at + 3)] = 1;
  return Object.keys(found);
}"""
"""The colours of a canvas's opaque pixels."""

DRAWING = "use => document.querySelector(use.getAttribute('href')).innerHTML"
TOGETHER = """([moved, other]) => {
  const { latitude, longitude } = document.getElementById(other).dataset;
  Object.assign(document.getElementById(moved).dataset, { latitude, longitude });
}"""
"""Puts an element to the place of another."""

AROUND = """([middle, others]) => {
  const { latitude, longitude } = document.getElementById(middle).dataset;
  others.forEach((id, at) => {
    const place = { latitude: Number(latitude) + 0.0001 * (at + 1), longitude: Number(longitude) + 0.0001 * (at % 2) };
    Object.assign(document.getElementById(id).dataset, place);
  });
}"""
"""Puts elements some 10 m apart, beginning beside another one."""

MANY = """count => {
  const list = document.querySelector(".map-sample ul");
  for (let at = 0; at < count; at++) {
    const place = { latitude: -7.75 + Math.sin(at * 7) * 0.02, longitude: 113.21 + Math.cos(at * 5) * 0.02 };
    const marks = [
      { mark: "incident", priority: (at % 4) + 1, label: `Kebakaran ${at}` },
      { mark: "unit", kind: "team", status: "available", label: `TIM-${at}` },
    ];
    for (const mark of marks) Object.assign(list.appendChild(document.createElement("li")).dataset, mark, place);
  }
}"""
"""Adds so many incidents, a quarter of them P1, and units in the middle of the city."""

OVERLAPPING = """() => {
  const labels = [...document.querySelectorAll(".map-mark b")].filter((label) => label.offsetWidth);
  const meet = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const pairs = [];
  labels.forEach((one, at) => labels.slice(at + 1).forEach((other) => {
    const boxes = [one, other].map((label) => label.getBoundingClientRect());
    if (meet(...boxes)) pairs.push(`${one.textContent}, ${other.textContent}`);
  }));
  return pairs;
}"""
"""The pairs of labels that overlap."""

CUT = """() => {
  const inside = (it, map) => it.left >= map.left && it.right <= map.right;
  return [...document.querySelectorAll(".map-mark.p1:not(.crowded)")].filter((mark) => {
    const map = mark.closest(".leaflet-container").getBoundingClientRect();
    const [shape, label] = ["svg", "b"].map((name) => mark.querySelector(name).getBoundingClientRect());
    const [west, east] = [shape.left - label.width - 20, shape.right + label.width + 20];
    const room = label.left < shape.left ? east < map.right : west > map.left;
    return inside(shape, map) && room && !inside(label, map);
  }).map((mark) => mark.textContent);
}"""
"""The labels of P1 that the map's edge cuts, though they would have room on the other side."""

FOCUSED = """() => {
  const focused = document.activeElement;
  return focused.getAttribute("aria-label") || focused.parentElement.textContent.trim();
}"""
"""The name of what has the focus."""

CHANGES = """() => {
  window.changes = 0;
  const count = all => { for (const one of all) window.changes += one.addedNodes.length + one.removedNodes.length; };
  new MutationObserver(count).observe(document.querySelector(".leaflet-marker-pane"), { childList: true });
}"""
"""Counts from now on the marks that are put on the map or taken off."""


def features(*named: tuple[str, str, list[tuple[float, float]]]) -> str:
    """GeoJSON of lines by class and name, in degrees beside MIDDLE."""
    lines = [
        {
            "type": "Feature", "properties": {"class": kind, "name": name},
            "geometry": {"type": "LineString", "coordinates": [(MIDDLE[0] + x, MIDDLE[1] + y) for x, y in line]},
        }
        for kind, name, line in named
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": lines})


FILES = {
    "overview": features(("trunk", "Jl. Soekarno Hatta", [(-0.05, 0.0), (0.05, 0.0)])),
    "streets": features(
        ("trunk", "Jl. Soekarno Hatta", [(-0.05, 0.0), (0.05, 0.0)]),
        ("street", "Jl. Ikan Paus", [(-0.01, 0.0), (0.0, -0.004)]),
        ("street", "Jl. Ikan Paus", [(0.01, -0.008), (0.0, -0.004)]),
        ("street", "Gang Buntu", [(0.0, -0.002), (0.0001, -0.002)]),
    ),
}
"""Ikan Paus consists of two lines, Gang Buntu is too short for its name."""


@pytest.fixture
def pane(city: City, desktop: Opener) -> Iterator[Callable[..., Page]]:
    """`pane()`: Sari's browser at a page with the style guide's map of a pane, over a sketch of streets, drawn."""
    with city.database():
        for kelurahan, east in zip(
            db.session.query(Kelurahan).order_by(Kelurahan.id).limit(2), (0.0, 0.02), strict=True
        ):
            kelurahan.boundary = json.dumps({"type": "Polygon", "coordinates": [square(MIDDLE[0] + east, MIDDLE[1])]})
    city.app.jinja_env.globals["street_map"] = lambda: STREET_MAP
    with city.app.test_request_context():
        text = render_template_string(PAGE)
    policy = {"Content-Security-Policy": "default-src 'self'; style-src 'self'; img-src 'self' data:"}

    def sketch(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].partition(".")[0]
        route.fulfill(body=FILES[name], content_type="application/geo+json")

    def go(**options: Any) -> Page:
        page = desktop("sari", reduced_motion="reduce", **options)
        page.add_init_script(WRITTEN)
        page.route("**/sketch/*.geojson", sketch)
        page.route("**/pane", lambda route: route.fulfill(body=text, content_type="text/html", headers=policy))
        page.goto("/pane")
        expect(canvas(page)).to_have_attribute("data-ready", "")
        return page

    yield go
    del city.app.jinja_env.globals["street_map"]


def canvas(page: Page) -> Locator:
    return page.get_by_role("application", name="Peta kota")


def shown(page: Page, element: str) -> None:
    """The map shows an element from close by."""
    page.evaluate("id => city.dispatchEvent(new CustomEvent('map:show', { detail: id }))", element)


def written(page: Page, name: str) -> None:
    """The name has been written on the map."""
    expect(page.locator("html")).to_have_attribute("data-written", re.compile(name))


def middle(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    assert box
    return box["x"], box["y"]


def marked(page: Page, label: str) -> Locator:
    return page.locator(".map-mark", has_text=label)


def test_the_four_priorities_differ_in_shape_and_a_late_one_has_a_ring(pane: Callable[..., Page]) -> None:
    page = pane()
    shapes = [marked(page, f"26-000{level}").locator("use").evaluate(DRAWING) for level in (1, 2, 3, 4)]
    assert len(set(shapes)) == 4
    expect(page.locator(".map-mark.late")).to_have_text("26-0001")
    rings = page.locator(".map-mark.incident span").evaluate_all(
        "all => all.map(one => getComputedStyle(one, '::before').boxShadow)"
    )
    assert [ring != "none" for ring in rings] == [True, False, False, False]


def test_a_line_leads_from_each_unit_to_its_incident_and_goes_with_it(pane: Callable[..., Page]) -> None:
    page = pane()
    expect(page.locator("path.map-way")).to_have_count(4)
    dashes = "lines => lines.map(line => getComputedStyle(line).strokeDasharray !== 'none')"
    assert page.locator("path.map-way.offered").evaluate_all(dashes) == [True]
    assert page.locator("path.map-way.en_route").evaluate_all(dashes) == [False]
    page.locator("#incident-1").evaluate("incident => incident.remove()")
    expect(page.locator("path.map-way")).to_have_count(2)
    expect(marked(page, "26-0001")).to_have_count(0)


def test_pressing_a_mark_opens_what_its_element_opens(pane: Callable[..., Page]) -> None:
    page = pane()
    shown(page, "incident-3")
    marked(page, "26-0003").locator("svg").click()
    expect(page).to_have_url(re.compile("#incident-3$"))
    page.evaluate("document.querySelector('#unit-5 button').addEventListener('click', () => (window.opened = true))")
    shown(page, "unit-5")
    marked(page, "UNIT-05").locator("svg").click()
    assert page.evaluate("window.opened")


def test_the_selected_mark_stands_out_with_its_label_and_comes_into_view(pane: Callable[..., Page]) -> None:
    page = pane()
    unit, label = page.locator("#unit-6"), marked(page, "UNIT-06").locator("b")
    page.get_by_role("button", name="Perkecil").click(click_count=4)
    expect(label).to_be_hidden()  # units have theirs from close by
    unit.evaluate("unit => unit.setAttribute('aria-current', 'true')")
    expect(label).to_be_visible()
    unit.evaluate("unit => unit.removeAttribute('aria-current')")
    shown(page, "incident-1")
    unit.evaluate("unit => unit.setAttribute('aria-current', 'true')")
    expect(label).to_be_in_viewport()
    expect(page.locator(".map-mark.current")).to_have_text("UNIT-06")


def test_a_label_gives_way_to_all_marks_until_the_map_is_closer(pane: Callable[..., Page]) -> None:
    page = pane()
    crowd = ("26-0001", "26-0003", "26-0004", "UNIT-04", "UNIT-05", "UNIT-06", "UNIT-07")
    page.evaluate(AROUND, ["incident-1", ["incident-3", "incident-4", "unit-4", "unit-5", "unit-6", "unit-7"]])
    left_out = page.locator(".map-mark.crowded").first
    expect(left_out.locator("b")).to_be_hidden()
    for label in crowd:
        expect(marked(page, label).locator("svg")).to_be_visible()
    left_out.locator("svg").hover(force=True)
    expect(left_out.locator("b")).to_be_visible()
    shown(page, "incident-1")
    page.get_by_role("button", name="Perbesar").click(click_count=3)
    for label in crowd[:-1]:
        expect(marked(page, label).locator("b")).to_be_visible()


@pytest.mark.parametrize("size", [(1920, 1080), (620, 500)])
def test_no_two_labels_overlap_and_those_of_p1_come_first(pane: Callable[..., Page], size: tuple[int, int]) -> None:
    page = pane(viewport={"width": size[0], "height": size[1]})
    page.evaluate(MANY, 60)
    expect(page.locator(".map-mark.p1")).to_have_count(16)
    assert page.evaluate(OVERLAPPING) == []
    shown, left_out = ".map-mark.incident.p{}:not(.crowded)", ".map-mark.incident.p{}.crowded"
    counts = [[page.locator(each.format(level)).count() for each in (shown, left_out)] for level in (1, 4)]
    assert counts[0][0] > counts[1][0]
    assert counts[0][1] < counts[1][1]


def test_a_label_is_short_where_there_is_no_room_for_more(pane: Callable[..., Page]) -> None:
    page = pane()
    page.evaluate(MANY, 60)
    page.evaluate("document.querySelectorAll('[data-mark=incident]').forEach((each, at) => (each.dataset.short = at))")
    short = page.locator(".map-mark.incident:not(.crowded) b").filter(has_text=re.compile(r"^\d+$"))
    expect(short).not_to_have_count(0)
    assert page.evaluate(OVERLAPPING) == []


def test_a_label_that_has_no_room_is_shown_while_its_line_has_the_focus(pane: Callable[..., Page]) -> None:
    page = pane()
    page.evaluate(AROUND, ["incident-1", ["incident-3", "incident-4", "unit-4", "unit-5", "unit-6", "unit-7"]])
    label = page.locator(".map-mark.incident.crowded b").first
    expect(label).to_be_hidden()
    page.locator(f"[data-label='{label.text_content()}'] a").focus()
    expect(label).to_be_visible()
    page.locator("[data-zoom='1']").focus()
    expect(label).to_be_hidden()


def test_the_maps_edge_cuts_no_label_that_has_room_on_the_other_side(pane: Callable[..., Page]) -> None:
    page = pane(viewport={"width": 620, "height": 900})
    page.evaluate(MANY, 60)
    expect(page.locator(".map-mark.p1")).to_have_count(16)
    assert page.evaluate(CUT) == []


def test_a_units_label_says_how_old_its_position_is_and_its_mark_where_it_heads(pane: Callable[..., Page]) -> None:
    page = pane()
    unit = page.locator("#unit-6")
    since = "2026-11-29T23:00:00Z"
    unit.evaluate("(unit, since) => Object.assign(unit.dataset, { since, heading: '90' })", since)
    mark = marked(page, "UNIT-06")
    expect(mark.locator("time.age")).to_have_attribute("datetime", since)
    expect(mark.locator("i")).to_have_css("transform", re.compile(r"matrix\(0, 1, -1, 0|matrix\(\S+e-17, 1, -1"))
    page.evaluate(CHANGES)
    unit.evaluate("unit => (unit.dataset.since = '2026-11-29T23:00:10Z')")
    expect(mark.locator("time.age")).to_have_attribute("datetime", "2026-11-29T23:00:10Z")
    assert page.evaluate("window.changes") == 0


def test_a_mark_that_moves_stays_the_same_and_moves_neither_the_others_nor_the_map(pane: Callable[..., Page]) -> None:
    page = pane()
    moved, other = marked(page, "UNIT-05"), marked(page, "UNIT-06")
    before, others = middle(moved), middle(other)
    page.evaluate(CHANGES)
    page.locator("#unit-5").evaluate("unit => (unit.dataset.latitude = '-7.7300')")
    page.locator("#unit-6").evaluate("unit => (unit.dataset.status = 'on_scene')")
    expect(other).to_have_class(re.compile("on_scene"))
    assert middle(moved)[1] < before[1] - 20
    assert middle(other) == others
    assert page.evaluate("window.changes") == 0
    page.locator("#unit-6").evaluate("unit => (unit.outerHTML = unit.outerHTML)")  # as a polled part is swapped
    assert page.evaluate("window.changes") == 0


def test_marks_of_one_place_lie_beside_each_other(pane: Callable[..., Page]) -> None:
    page = pane()
    page.evaluate(TOGETHER, ["unit-5", "incident-1"])
    expect(marked(page, "UNIT-05")).to_have_attribute("style", re.compile("margin"))
    incident, unit = middle(marked(page, "26-0001")), middle(marked(page, "UNIT-05"))
    assert ((incident[0] - unit[0]) ** 2 + (incident[1] - unit[1]) ** 2) ** 0.5 >= 15


def test_names_are_written_along_streets_where_there_is_room_from_close_by(pane: Callable[..., Page]) -> None:
    page = pane()
    written(page, "Jl. Soekarno Hatta")
    expect(page.locator("html")).not_to_have_attribute("data-written", re.compile("Ikan Paus"))
    shown(page, "incident-2")
    written(page, "Jl. Ikan Paus")
    expect(page.locator("html")).not_to_have_attribute("data-written", re.compile("Gang Buntu"))
    expect(page.get_by_text("Sketsa, bukan peta")).to_be_visible()


def test_streets_and_marks_stay_when_the_network_is_cut(pane: Callable[..., Page]) -> None:
    page = pane()
    shown(page, "incident-2")
    written(page, "Jl. Ikan Paus")
    page.unroute("**/sketch/*.geojson")
    page.context.set_offline(True)
    page.get_by_role("button", name="Seluruh kota").click()
    page.evaluate("document.documentElement.dataset.written = ''")
    shown(page, "incident-2")
    written(page, "Jl. Ikan Paus")
    expect(marked(page, "26-0002").locator("b")).to_be_visible()


def test_streets_have_the_colours_of_the_pages_scheme(pane: Callable[..., Page], forgive: list[str]) -> None:
    forgive.append("getImageData")
    page = pane()
    drawn = page.locator(".leaflet-streets-pane canvas")
    written(page, "Jl. Soekarno Hatta")
    light = drawn.evaluate(COLOURS)
    page.evaluate("document.documentElement.dataset.written = ''")
    page.emulate_media(color_scheme="dark")
    written(page, "Jl. Soekarno Hatta")
    dark = drawn.evaluate(COLOURS)
    assert "255,255,255" in light  # the city's ground
    assert "19,26,35" in dark
    assert "255,255,255" not in dark


def test_coverage_is_shown_where_it_is_chosen_and_stays_chosen(pane: Callable[..., Page]) -> None:
    page = pane()
    expect(page.locator(".cover-none")).to_have_count(0)
    page.get_by_label("Jangkauan").check()
    expect(page.locator(".map-border.cover-far, .map-border.cover-none")).to_have_count(2)
    page.reload()
    expect(page.get_by_label("Jangkauan")).to_be_checked()
    expect(page.locator(".cover-none")).to_have_count(1)
    page.locator("[data-area]").evaluate_all("all => all.forEach(one => one.remove())")
    expect(page.get_by_label("Jangkauan")).to_be_hidden()
    expect(page.locator(".cover-none")).to_have_count(0)


def test_tab_reaches_the_maps_controls_alone_and_keys_move_it(pane: Callable[..., Page]) -> None:
    page = pane()
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    assert reached[:5] == ["Peta kota", "Perbesar", "Perkecil", "Seluruh kota", "Jangkauan"]
    assert "26-0001" in reached[5]
    canvas(page).focus()
    before = middle(marked(page, "UNIT-05"))
    page.keyboard.press("ArrowUp")
    assert middle(marked(page, "UNIT-05"))[1] > before[1]
    assert wrong_with(page) == []
