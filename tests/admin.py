"""What tests of the administrator's pages share: opening a form, saving it, reading the audit log."""

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from meteor.store.database import db
from meteor.store.models import AuditEntry
from tests.conftest import Browser

EVERYONE_ELSE = ("sari", "endang", "agus", "maya", "komang", "hadi", "yusuf", "toko", "bagas")


def seen(page: TestResponse) -> str:
    """The version that a page's form was filled in over."""
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    assert found
    return found[1]


def save(browser: Browser, url: str, values: dict[str, Any]) -> TestResponse:
    """Open the form at `url` and post these values over the version that it shows."""
    return browser.post(url, data=values | {"seen": seen(browser.get(url))})


def trail(action: str) -> list[AuditEntry]:
    """The audit log's entries of one action, oldest first."""
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def followed(browser: Browser, answer: TestResponse) -> str:
    """The page that a redirect leads to, with what is flashed there."""
    assert answer.status_code == 302
    return browser.get(answer.location).text
