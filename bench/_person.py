"""A person at a page of METEOR in a real browser: taps, keys, and the time that a person needs for them."""

import re
from time import monotonic
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Geolocation, Locator, Page, expect
from sqlalchemy import select

from bench._city import sign_in
from meteor.accounts.models import User
from meteor.store.database import db

POINT, TAP, KEY, READ = 1.1, 0.2, 0.28, 1.35  # seconds
PATIENCE = 60_000  # ms
HOME: Geolocation = {"latitude": -7.7445, "longitude": 113.2163, "accuracy": 12}
DESK = {"viewport": {"width": 1440, "height": 900}}


class Person:
    """Somebody at a page, at a person's pace, and how many taps and keys that took."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = self.keys = 0
        self.began = monotonic()

    def tap(self, part: Locator) -> None:
        part.wait_for(timeout=PATIENCE)
        self._takes(POINT + TAP)
        part.click()
        self.taps += 1

    def press(self, *keys: str) -> None:
        """Keys by their names; what is no key is typed letter by letter."""
        for key in keys:
            if re.fullmatch(r"(Alt\+)?[A-Z]\w*|F\d", key):
                self._takes(KEY)
                self.page.keyboard.press(key)
                self.keys += 1
            else:
                self.page.keyboard.type(key, delay=KEY * 1000)
                self.keys += len(key)

    def read(self, part: Locator) -> None:
        expect(part).to_be_visible(timeout=PATIENCE)
        self._takes(READ)

    def _takes(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)


class Served:
    """A served city, and people who are signed in to it."""

    def __init__(self, app: Flask, browser: Browser, port: int) -> None:
        self.app, self.browser, self.address = app, browser, f"http://127.0.0.1:{port}"

    def person(self, user: str | int, device: dict[str, Any], path: str) -> Person:
        """Someone at `path`: a user of the demo city, or one with this id."""
        user_id = (
            user if isinstance(user, int) else db.session.scalars(select(User.id).where(User.username == user)).one()
        )
        (cookie,) = sign_in(self.app, [user_id])
        name, _, value = cookie.partition("=")
        context = self.browser.new_context(
            locale="id-ID", geolocation=HOME, permissions=["geolocation"], base_url=self.address, **device
        )
        context.add_cookies([{"name": name, "value": value, "url": self.address}])
        page = context.new_page()
        page.goto(path)
        return Person(page)
