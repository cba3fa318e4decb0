"""Coverage of the city: a page, what it polls, and its figure on the board."""

from flask import Response, render_template

from meteor.agencies import labels
from meteor.board import BOARD, blueprint
from meteor.board.areas import SPACING
from meteor.board.cover_state import CityCoverage, city_coverage
from meteor.board.coverage import PROMISE, TENTHS
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.language import locale
from meteor.web.polling import fragment
from meteor.web.renderings import Renderings

EVERY = 15
"""Seconds after which an open page asks again."""

renderings = Renderings()


@blueprint.get("/board/coverage")
@open_to(*BOARD)
def coverage() -> str:
    state = city_coverage(now())
    return render_template("board/coverage.html", version=state.version, rows=_rendered(state), EVERY=EVERY)


@blueprint.get("/board/coverage/rows")
@open_to(*BOARD)
def coverage_rows() -> Response:
    """The coverage, polled. The version is a fingerprint of its content."""
    state = city_coverage(now())
    return fragment(state.version, lambda: _rendered(state))


def _rendered(state: CityCoverage) -> str:
    """The content, rendered once for all who speak alike."""
    return renderings.get(locale(), state.version, lambda: _render(state))


def _render(state: CityCoverage) -> str:
    return render_template(
        "board/_coverage_rows.html",
        state=state,
        kinds=labels.KINDS,
        soon=labels.soon,
        promise=round(PROMISE / 60),
        percent=TENTHS * 10,
        spacing=SPACING,
    )
