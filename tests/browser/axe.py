"""What axe finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose outcome depends on the colour scheme."""

CHOOSE = """(sheets, media) => sheets.map((sheet) => {
  const before = sheet.media;
  sheet.media = media || before;
  return before;
})[0]"""
"""Loads the sheet of dark colours under another media query, and gives the one before."""


def carry(page: Page) -> None:
    """Let every document that the page goes to have axe from the start: to send it each time takes twice as long."""
    page.add_init_script(Axe().axe_script)


def violations(page: Page) -> list[tuple[str, str, str]]:
    """Scheme, rule and element: of every rule in the light scheme, and of those about colours in the dark one."""
    found: list[tuple[str, str, str]] = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    dark_sheet = page.locator("link[href*='dark-scheme']")
    own = dark_sheet.evaluate_all(CHOOSE)
    for scheme, media, rules in (("light", "not all", {}), ("dark", "all", {"runOnly": COLOURS})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        dark_sheet.evaluate_all(CHOOSE, media)  # pages of the command centre do not ask the device
        options: dict[str, Any] = {"resultTypes": ["violations"], **rules}
        answer = page.evaluate("options => axe.run(options).then((found) => found.violations)", options)
        found += [(scheme, rule["id"], node["html"]) for rule in answer for node in rule["nodes"]]
    dark_sheet.evaluate_all(CHOOSE, own)
    return found
