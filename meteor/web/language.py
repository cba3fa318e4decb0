"""Languages of pages, and formats of times."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import wtforms.meta
from flask import Blueprint, Flask, abort, has_request_context, redirect, request
from flask_babel import Babel, format_datetime, get_locale, get_translations
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import by_machine, open_to_everyone

LANGUAGES = ("id", "en")
"""Indonesian first; English, in which the code speaks, on request."""

ZONE = "Asia/Jakarta"
COOKIE = "language"
YEAR = 365 * 24 * 3600

_MOMENT = {"id": "d MMM y HH.mm 'WIB'", "en": "d MMM y HH:mm 'WIB'"}
_CLOCK = {"id": "HH.mm.ss", "en": "HH:mm:ss"}
_AGO = {86_400: _l("{n} d ago"), 3600: _l("{n} h ago"), 60: _l("{n} min ago"), 1: _l("{n} s ago")}
"""The words of an age, by the seconds of its unit. The same seconds stand in live.js."""

blueprint = Blueprint("language", __name__)


def init_app(app: Flask) -> None:
    """Let `app` speak LANGUAGES, with one catalogue for each package, and give templates their filters."""
    packages = sorted(str(path) for path in Path(app.root_path).glob("meteor/*/translations"))
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_timezone=ZONE,
        default_translation_directories=";".join(packages),
        locale_selector=chosen,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().ugettext(text),
        lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals.update(locale=locale, now=now, named=named, ago_words=ago_words)
    app.jinja_env.filters.update({each.__name__: each for each in FILTERS})
    wtforms.meta.DefaultMeta.get_translations = lambda meta, form: _Catalogue()
    app.register_blueprint(blueprint)


@blueprint.post("/language")
@open_to_everyone
def choose() -> Response:
    """Keep the choice with the account and in the browser, and go back to the page that asked."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        current_user.language = language
        db.session.commit()
    answer = redirect(own_address(request.form.get("next", "")) or "/")
    answer.set_cookie(COOKIE, language, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def chosen() -> str:
    """The language of the user's account, else of the browser's cookie, else Indonesian."""
    if not has_request_context():
        return LANGUAGES[0]
    own = None if by_machine() else getattr(current_user, "language", None)
    return own if own in LANGUAGES else wished()


def wished() -> str:
    """The language of the browser's cookie, or for a machine of Accept-Language; else Indonesian. Asks no database."""
    if by_machine():
        return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    wish = request.cookies.get(COOKIE)
    return wish if wish in LANGUAGES else LANGUAGES[0]


def locale() -> str:
    """The language that is spoken now, one of LANGUAGES."""
    spoken = get_locale()
    return spoken.language if spoken else LANGUAGES[0]


def named(thing: Any) -> str:
    """The name of `thing` in the language that is spoken now (its `name_id` or `name_en`)."""
    return getattr(thing, f"name_{locale()}")


def own_address(address: str) -> str | None:
    """`address` if it is a path on this site, else None (no open redirect)."""
    try:
        elsewhere = urlsplit(address).netloc
    except ValueError:  # "/<tab>/[": a browser leaves the tab out
        return None
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) and not elsewhere else None


def iso(at: datetime) -> str:
    """`at` for machines, in UTC: 2026-11-24T07:03:05Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def moment(at: datetime) -> str:
    """`at` in WIB: 24 Nov 2026 14.03 WIB."""
    return _moment(at.replace(second=0, microsecond=0), locale())


@lru_cache(1000)
def _moment(minute: datetime, spoken: str) -> str:
    """Formatting takes ten times as long as all else about a board's clock."""
    return format_datetime(minute, _MOMENT[spoken])


def clock(at: datetime) -> str:
    """The time of day of `at` in WIB: 14.03.05."""
    return format_datetime(at, _CLOCK[locale()])


def ago(at: datetime) -> str:
    """The age of `at` in full units: 3 menit lalu. The future counts as 0 seconds."""
    seconds = max(0, int(seconds_old(at)))
    unit = next((unit for unit in _AGO if seconds >= unit), 1)
    return str(_AGO[unit]).format(n=seconds // unit)


def ago_words() -> str:
    """The words of `ago` for a clock that runs in the browser, from days to seconds."""
    return "|".join(map(str, _AGO.values()))


def age(at: datetime) -> str:
    """The age of `at` as a clock: 2:14 or 1:02:14. The future counts as 0:00."""
    minutes, seconds = divmod(max(0, int(seconds_old(at))), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def seconds_old(at: datetime) -> float:
    """The seconds since `at`."""
    return (now() - at).total_seconds()


def _catalogue() -> Any:
    """The catalogues of the language that is spoken now.

    Flask-Babel looks for them four times as long, at each of the hundred texts of a page.
    """
    spoken = get_locale()
    known = _catalogues.get(spoken.language) if spoken else None
    if known is None:
        known = get_translations()
        if spoken:
            _catalogues[spoken.language] = known
    return known


_catalogues: dict[str, Any] = {}


class _Catalogue:
    """The catalogues of the language that is spoken now, as WTForms asks for them."""

    def gettext(self, text: str) -> str:
        return get_translations().ugettext(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return get_translations().ungettext(one, many, count)


FILTERS = moment, clock, ago, age, iso, seconds_old
"""The filters that every page has."""
