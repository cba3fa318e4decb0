"""A second tap sends no form twice, whatever the page."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_form_that_is_tapped_twice_is_sent_once(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.route("**/sign-in", lambda route: None)  # no answer ever comes
    page.get_by_label("Nama pengguna").fill("sari")
    page.get_by_label("Kata sandi").fill("tiga kata mudah")
    button = page.get_by_role("button", name="Masuk").bounding_box()
    assert button
    sent: list[str] = []
    held: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.on("console", lambda message: held.append(message.text))
    page.evaluate("() => addEventListener('submit', (event) => console.log(event.defaultPrevented))")
    with page.expect_request("**/sign-in"):
        for _tap in range(2):  # by the mouse itself: a locator would wait for the first answer
            with page.expect_console_message():
                page.mouse.click(button["x"] + 10, button["y"] + 10)
    assert held == ["false", "true"]
    assert sent == ["POST"]
