"""What axe finds wrong with a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose outcome depends on the colour scheme."""


def violations(page: Page) -> list[tuple[str, str, str]]:
    """Scheme, rule and element: of every rule in the light scheme, and of those about colours in the dark one."""
    found: list[tuple[str, str, str]] = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    for scheme, rules in (("light", {}), ("dark", {"runOnly": COLOURS})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        options: dict[str, Any] = {"resultTypes": ["violations"], **rules}
        answer = page.evaluate("options => axe.run(options).then((found) => found.violations)", options)
        found += [(scheme, rule["id"], node["html"]) for rule in answer for node in rule["nodes"]]
    return found
