"""Charts: their axis, bars, lines and gaps, and what the page says of them."""

from itertools import pairwise

import pytest
from flask import Flask, render_template_string

from meteor.statistics import charts
from meteor.statistics.charts import Chart, Series

PAGE = '{% from "statistics/_charts.html" import chart %}{{ chart("cases", "Cases", geometry) }}'


def drawn(app: Flask, geometry: Chart) -> str:
    """The chart as a page has it."""
    with app.test_request_context():
        return render_template_string(PAGE, geometry=geometry)


@pytest.mark.parametrize(
    ("highest", "top", "steps"),
    [(0, 1, 1), (1, 1, 1), (3, 3, 3), (4, 4, 4), (5, 6, 3), (37, 40, 4), (886, 1000, 2), (20_000, 20_000, 4)],
)
def test_the_axis_has_round_numbers(highest: float, top: float, steps: int) -> None:
    values = charts.axis(highest)
    assert (values[0], values[-1], len(values) - 1) == (0, top, steps)


def test_bars_are_as_high_as_their_values() -> None:
    geometry = charts.bars(["2021", "2022"], [Series("Cases", [500, 1000])])
    low, high = geometry.bars[0]
    assert (low.height * 2, high.height) == (charts.PLOT_HEIGHT, charts.PLOT_HEIGHT)
    assert low.y + low.height == high.y + high.height == geometry.foot
    assert low.x + low.width < high.x


def test_bars_of_two_series_stand_side_by_side() -> None:
    geometry = charts.bars(["2021"], [Series("Police", [5]), Series("METEOR", [3])])
    (police,), (meteor,) = geometry.bars
    assert police.x + police.width == pytest.approx(meteor.x)


def test_a_missing_value_is_a_gap_and_not_0(app: Flask) -> None:
    geometry = charts.bars(["Jan", "Feb", "Mar"], [Series("Cases", [2, None, 0])])
    assert [bar.value for bar in geometry.bars[0]] == [2, None, 0]
    page = drawn(app, geometry)
    assert "Feb:" not in page
    assert "Mar: 0" in page
    assert page.count(">–</text>") == 1


def test_a_line_is_broken_where_a_value_is_missing() -> None:
    geometry = charts.lines(["Jan", "Feb", "Mar", "Apr"], [Series("Cases", [2, None, 4, 1])])
    assert [[point.label for point in run] for run in geometry.runs[0]] == [["Jan"], ["Mar", "Apr"]]
    assert geometry.runs[0][1][0].y == charts.TOP


def test_labels_that_would_run_into_each_other_are_left_out() -> None:
    months = [f"{year}-{month:02}" for year in range(2021, 2027) for month in range(1, 13)]
    geometry = charts.lines(months, [Series("Cases", list(range(72)))])
    places = [label.x for label in geometry.labels]
    assert min(after - before for before, after in pairwise(places)) >= 7 * charts.LETTER
    assert geometry.width == pytest.approx(charts.LEFT + charts.WIDEST + charts.RIGHT)


def test_values_stand_on_the_bars_where_all_of_them_fit() -> None:
    few = charts.bars(["2021", "2022"], [Series("Cases", [544, 886])])
    assert all(bar.says for bar in few.bars[0])
    many = charts.bars([str(day) for day in range(90)], [Series("Cases", [544] * 90)])
    assert not any(bar.says for bar in many.bars[0])


def test_the_text_alternative_says_the_title_and_the_highest_value(app: Flask) -> None:
    page = drawn(app, charts.bars(["2021", "2022"], [Series("Police", [544, 1886])]))
    assert 'role="img" aria-labelledby="cases-title cases-text"' in page
    assert "Nilai tertinggi: 1.886 (2022, Police)." in page


def test_series_differ_without_colour(app: Flask) -> None:
    page = drawn(app, charts.bars(["2021"], [Series("Police", [5]), Series("METEOR", [3])]))
    assert page.count('fill="url(#cases-1)"') == 1
    page = drawn(app, charts.lines(["2021"], [Series("Police", [5]), Series("METEOR", [3])]))
    assert page.count('class="line line-1"') == 2  # in the legend and in the chart


def test_a_chart_has_no_style_of_its_own(app: Flask) -> None:
    """The security policy refuses it."""
    page = drawn(app, charts.bars(["2021"], [Series("Police", [5]), Series("METEOR", [3])]))
    assert "style" not in page
    assert "<script" not in page


def test_names_are_escaped(app: Flask) -> None:
    assert "<b>" not in drawn(app, charts.bars(["<b>"], [Series("<b>", [5]), Series("<b>x", [1])]))


def test_without_a_value_the_page_says_so_instead_of_drawing(app: Flask) -> None:
    page = drawn(app, charts.lines(["2021"], [Series("Cases", [None])]))
    assert "<svg" not in page
    assert "Belum ada data untuk digambar." in page
