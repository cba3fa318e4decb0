"""A second tap sends no form twice, whatever the page."""

import pytest
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser


def test_a_form_that_is_tapped_twice_is_sent_once(page: Page, address: str) -> None:
    sent: list[Route] = []

    def keep_waiting(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route)
        else:
            route.continue_()

    page.goto(f"{address}/sign-in")
    page.route("**/sign-in", keep_waiting)
    page.get_by_label("Nama pengguna").fill("sari")
    page.get_by_label("Kata sandi").fill("tiga kata mudah")
    button = page.get_by_role("button", name="Masuk").bounding_box()
    assert button
    for _tap in range(2):  # by the mouse itself: a locator would wait for the first answer
        page.mouse.click(button["x"] + 10, button["y"] + 10)
        page.wait_for_timeout(300)
    assert len(sent) == 1
