"""The board: the page and what it polls."""

from flask import render_template

from meteor.board import BOARD, blueprint
from meteor.board.units import units_shown
from meteor.store.moments import now
from meteor.web.access import open_to


@blueprint.get("/board")
@open_to(*BOARD)
def board() -> str:
    return render_template("board/board.html", units=units_shown(now()))
