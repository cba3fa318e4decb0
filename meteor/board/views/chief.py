"""The chief's page: the city today in four numbers, and what it polls."""

from flask import Response, render_template

from meteor.board import CHIEF, blueprint
from meteor.board.today import Today, today
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.polling import fragment
from meteor.web.pools import urgent


@blueprint.get("/board/chief")
@open_to(*CHIEF)
@urgent
def chief() -> str:
    shown = today(now())
    return render_template("board/chief.html", version=shown.version, content=_content(shown))


@blueprint.get("/board/chief/state")
@open_to(*CHIEF)
@urgent
def chief_state() -> Response:
    """The four numbers and the oldest P1, polled."""
    shown = today(now())
    return fragment(shown.version, lambda: _content(shown))


def _content(shown: Today) -> str:
    return render_template("board/_chief.html", shown=shown)
