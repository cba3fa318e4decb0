"""Pages of statistics, as they are laid out on screens and on paper."""

import pytest

from tests.browser.conftest import City, Opener

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
