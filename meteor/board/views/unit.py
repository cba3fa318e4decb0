"""The page of one unit, with where it was in the last hour."""

from flask import abort, render_template
from flask_login import current_user

from meteor.accounts.roles import COMMAND
from meteor.agencies.labels import KINDS
from meteor.board import BOARD, blueprint
from meteor.board.one_unit import one_unit
from meteor.store.moments import now
from meteor.web.access import open_to


@blueprint.get("/board/units/<call_sign>")
@open_to(*BOARD)
def unit(call_sign: str) -> str:
    """A GET cannot write: who looked at a trail is not in the audit log."""
    shown = one_unit(call_sign, now()) or abort(404)
    calls = current_user.has(*COMMAND)
    return render_template("board/unit.html", shown=shown, unit_kinds=KINDS, calls=calls)
