"""An authenticator app for members of the cast."""

from datetime import datetime, timedelta

import pyotp
from werkzeug.test import TestResponse

from meteor.accounts import recovery_codes, second_factors
from meteor.accounts.models import User
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import PASSWORD
from tests.conftest import Browser

STEP = "/sign-in/second-factor"
PAGE = "/account/second-factor"


class App:
    """The app on the phone of a user: it shows codes."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, at: datetime | None = None) -> str:
        """The code that is shown at a moment, by default now."""
        return self.totp.at(at or now())


def given(user: User) -> App:
    """Set a second factor up for a user, some time ago: the code of now is still good."""
    second_factors.begin_setup(user)
    found = second_factors.of_user(user)
    assert found
    assert found.pending
    app, before = App(found.pending), now() - timedelta(minutes=2)
    assert second_factors.confirm(user, app.code(before), before)
    db.session.commit()
    return app


def given_codes(user: User) -> list[str]:
    codes = list(recovery_codes.make(user))
    db.session.commit()
    return codes


def half_way(browser: Browser, username: str, wish: str = "") -> TestResponse:
    """Give the password, and be asked for the second factor."""
    address = f"/sign-in?next={wish}" if wish else "/sign-in"
    answer = browser.post(address, data={"username": username, "password": PASSWORD})
    assert answer.location.startswith(STEP)
    return answer


def is_in(browser: Browser) -> bool:
    """Whether the browser is signed in."""
    return browser.get("/account/devices").status_code == 200
