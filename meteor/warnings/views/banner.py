"""The banner of citizens and the head line of those at work: polled fragments, and what pages call for them."""

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from meteor.accounts.roles import ROLES
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.store.contributions import contributed
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import blueprint, labels, reading
from meteor.warnings.reading import Concerns
from meteor.web.access import open_to
from meteor.web.polling import fragment, versioned

ALSO_SHOWN = contributed["banner_versions"]
"""Functions of other packages: of a user's id and a moment, the version of what they show in the banner."""


@blueprint.app_context_processor
def _of_pages() -> dict[str, Any]:
    """`warning_banner()` and `warning_headline()`, polled parts; `warning_line()`, the latter within a polled part."""
    return {"warning_banner": _banner, "warning_headline": _headline, "warning_line": _line}


@blueprint.get("/warnings/banner")
@open_to(*ROLES)
@versioned(lambda reader, query: banner_version(reader.user_id, reading.concerns(reader.user_id, now())))
def banner() -> Response:
    """The warnings that concern the reader, polled."""
    shown = reading.concerns(current_user.id, now())
    version = banner_version(current_user.id, shown)
    return fragment(version, lambda: render_template("warnings/_banner.html", version=version, **_values(shown)))


def banner_version(user_id: int, shown: Concerns) -> str:
    """The version of what concerns a user, and of what other packages show to them in the same banner."""
    others = [version(user_id, now()) for version in ALSO_SHOWN.values()]
    return "_".join((shown.version, *filter(None, others)))


@blueprint.get("/warnings/headline")
@open_to(*ROLES)
@versioned(lambda reader, query: reading.current_version(now()))
def headline() -> Response:
    """The most severe warning of the city, polled."""
    return fragment(reading.current_version(now()), lambda: render_template("warnings/_headline.html", **_city()))


def _city() -> dict[str, Any]:
    """The city's most severe warning (`first`), how many `more` hold, and the version of both."""
    version = reading.current_version(now())
    held = reading.current(now())
    return {"version": version, "first": held[0] if held else None, "more": max(0, len(held) - 1), "labels": labels}


def _banner(*, polled: bool = True) -> Markup:
    """The banner with its container: polled by htmx, or by js/warnings.js."""
    shown = reading.concerns(current_user.id, now())
    values = {"version": banner_version(current_user.id, shown), **_values(shown)}
    return Markup(render_template("warnings/_polled_banner.html", polls=polled, **values))  # noqa: S704  our own


def _headline() -> Markup:
    return Markup(render_template("warnings/_polled_headline.html", **_city()))  # noqa: S704  our own


def _line() -> Markup:
    return Markup(render_template("warnings/_line.html", **_city()))  # noqa: S704  our own


def _values(shown: Concerns) -> dict[str, Any]:
    """Values of the banner for its reader. A reader without a registered home is shown the city's warnings."""
    ids = shown.here if shown.has_home else shown.elsewhere
    first = reading.find(ids[0]) if ids else None
    return {
        "shown": shown,
        "first": first,
        "where": _where(shown, first),
        "more": len(shown.here) + len(shown.elsewhere) - (first is not None),
        "over": db.session.get(Notice, shown.over) if shown.over else None,
        "labels": labels,
        "sentence": sentence,
    }


def _where(shown: Concerns, first: Any) -> str:
    if first is None or not shown.has_home:
        return ""
    if first.id in shown.rt:
        return _("in your RT")
    return _("in your kelurahan") if first.id in shown.exact else _("in your kelurahan (an estimate)")
