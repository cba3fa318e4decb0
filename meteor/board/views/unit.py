"""One unit: a page, and the same as a fragment for the board's drawer."""

from flask import abort, render_template
from htmx_flask import request

from meteor.agencies.labels import KINDS
from meteor.board import BOARD, blueprint
from meteor.board.one_unit import one_unit
from meteor.store.moments import now
from meteor.web.access import open_to


@blueprint.get("/board/units/<call_sign>")
@open_to(*BOARD)
def unit(call_sign: str) -> str:
    """The page; for htmx its content alone. A GET cannot write: who looked at a trail is not in the audit log."""
    shown = one_unit(call_sign, now()) or abort(404)
    page = "board/_unit.html" if request.htmx else "board/unit.html"
    return render_template(page, shown=shown, unit_kinds=KINDS)
