"""The chief's page: the city today in four numbers and on the map, and what it polls."""

from flask import Response, render_template

from meteor.board import CHIEF, blueprint
from meteor.board.city import City, city
from meteor.board.today import Today, today
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.polling import fragment
from meteor.web.pools import urgent


@blueprint.get("/board/chief")
@open_to(*CHIEF)
@urgent
def chief() -> str:
    at = now()
    shown, around = today(at), city(at)
    words = {"version": shown.version, "content": _content(shown), "city": around, "city_content": _listed(around)}
    return render_template("board/chief.html", **words)


@blueprint.get("/board/chief/state")
@open_to(*CHIEF)
@urgent
def chief_state() -> Response:
    """The four numbers and the oldest P1, polled."""
    shown = today(now())
    return fragment(shown.version, lambda: _content(shown))


@blueprint.get("/board/chief/city")
@open_to(*CHIEF)
@urgent
def chief_city() -> Response:
    """Show the content of the map, polled."""
    shown = city(now())
    return fragment(shown.version, lambda: _listed(shown))


def _listed(shown: City) -> str:
    return render_template("board/_city.html", shown=shown)


def _content(shown: Today) -> str:
    return render_template("board/_chief.html", shown=shown)
