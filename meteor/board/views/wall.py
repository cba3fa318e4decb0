"""The wall: a page that stands for weeks on a screen of the command centre, and what it polls."""

from flask import Response, current_app, render_template, request
from flask_babel import format_date

from meteor.board import blueprint
from meteor.board.views.by_token import open_by_token
from meteor.board.wall import Wall
from meteor.board.wall import wall as wall_at
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.assets import EVERY_PAGE
from meteor.web.language import locale
from meteor.web.polling import fragment
from meteor.web.pools import urgent
from meteor.web.renderings import Renderings

FILES = (
    EVERY_PAGE, "css/dark-scheme.css", "css/map.css", "css/wall.css", "vendor/htmx.min.js", "vendor/leaflet.js",
    *(f"js/{name}.js" for name in ("live", "wall", "map", "map-layers", "map-names", "map-streets", "map-labels",
                                   "map-drawn", "map-marks", "map-standing")),
)  # fmt: skip
"""The files that the page consists of: it loads itself anew when a release changes one."""

renderings = Renderings()


@blueprint.get("/board/wall")
@open_by_token("board:read")
@urgent
def wall() -> str:
    shown = wall_at(now())
    return render_template(
        "board/wall.html", token=request.args["token"], version=_version(shown), content=_content(shown),
        release=_release(),
    )  # fmt: skip


@blueprint.get("/board/wall/state")
@open_by_token("board:read")
@urgent
def wall_state() -> Response:
    """The wall, polled. The version is a fingerprint of its content and of the page's files."""
    shown = wall_at(now())
    return fragment(_version(shown), lambda: _content(shown))


def _content(shown: Wall) -> str:
    """The rendering, once for all walls that speak alike."""
    version = _version(shown)

    def render() -> str:
        day = format_date(shown.day, "EEEE, d MMMM y")
        return render_template("board/_wall.html", wall=shown, day=day, version=version, release=_release())

    return renderings.get(locale(), version, render)


def _version(shown: Wall) -> str:
    return f"{shown.version}{_release()}"


def _release() -> str:
    asset = current_app.jinja_env.globals["asset"]
    return version_of({"files": [asset(name) for name in FILES]})  # type: ignore[operator]
