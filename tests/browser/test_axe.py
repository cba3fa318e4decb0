"""What axe finds in pages that look like others: a paint that it has found legible once is not looked at again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe

PAGE = """<!doctype html><html lang="en"><title>Colours</title><style>
  html, body { background: white } .card { background: rgb(10, 20, 30); width: 200px }
  .pale { color: rgb(240, 240, 240) }
</style><main><h1>Colours</h1>%s</main></html>"""
CARD = '<div class="card"><p class="pale">Legible</p></div>'
PALE = '<p class="pale">Too pale</p>'


@pytest.fixture
def page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setattr(axe, "legible", set())
    with browser.new_page() as page:
        yield page


def wrong(page: Page, content: str) -> list[str]:
    page.set_content(PAGE % content)
    return [html for scheme, rule, html in axe.violations(page) if (scheme, rule) == ("light", "color-contrast")]


def test_a_text_of_the_same_colour_on_another_ground_is_found(page: Page) -> None:
    assert wrong(page, CARD) == []
    assert axe.legible
    assert wrong(page, CARD + PALE) == [PALE]


@pytest.mark.parametrize("unseen", [PALE, PALE.replace("<p", "<p hidden"), f"<button disabled>{PALE}</button>"])
def test_a_text_that_was_wrong_or_hidden_or_disabled_before_is_found(page: Page, unseen: str) -> None:
    wrong(page, unseen)
    assert wrong(page, unseen + PALE)[-1] == PALE


@pytest.mark.parametrize("style", ["position: absolute; left: 300px", "margin-left: 300px", "opacity: .2"])
def test_a_text_that_leaves_its_ground_or_fades_is_found(page: Page, style: str) -> None:
    assert wrong(page, CARD) == []
    assert len(wrong(page, CARD.replace("<p ", f'<p style="{style}; width: 90px" '))) == 1


@pytest.mark.parametrize("style", ["position: relative; top: -40px", "margin-top: -40px", "translate: 0 -40px"])
def test_a_text_that_is_moved_over_another_ground_is_found(page: Page, style: str) -> None:
    assert wrong(page, CARD) == []
    white = '<div style="height: 40px; background: white"></div><p '
    assert len(wrong(page, CARD.replace("<p ", f'{white} style="margin: 0; {style}" '))) == 1
