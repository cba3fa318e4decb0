"""Viewers of incidents: signs of boards with an open drawer, and the pane that they poll."""

from itertools import groupby

from flask import Response, abort, g, render_template
from flask_login import current_user

from meteor.accounts.roles import COMMAND
from meteor.board import BOARD, blueprint
from meteor.board import viewers as viewing
from meteor.board.versions import viewers_version
from meteor.board.viewers import Viewers
from meteor.incidents.models import Incident
from meteor.incidents.rules import find
from meteor.store.database import db
from meteor.store.moments import now
from meteor.web.access import open_to
from meteor.web.polling import fragment, versioned
from meteor.web.pools import urgent


@blueprint.get("/board/viewers")
@open_to(*BOARD)
@urgent
@versioned(lambda reader, query: viewers_version(reader.user_id))
def viewers() -> Response:
    """The other viewers of incidents, polled. static/js/viewers.js shows them on the lines and in the drawer."""
    others = viewing.of_others(viewing.viewers(now()), current_user.id)
    return fragment(viewing.version(others), lambda: _rendered(others))


@blueprint.post("/board/viewers/<number>")
@open_to(*COMMAND)
def viewer(number: str) -> Response:
    """The user has this incident open: said when it is opened, and every SIGN_EVERY seconds while it is."""
    g.by_itself = True
    viewing.view(_found(number), current_user, now())
    return _noted()


@blueprint.post("/board/viewers/<number>/end")
@open_to(*COMMAND)
def viewer_end(number: str) -> Response:
    """The user has closed this incident."""
    viewing.leave(_found(number), current_user)
    return _noted()


def _rendered(others: Viewers) -> str:
    viewed = [(number, list(rows)) for number, rows in groupby(others, lambda row: row.number)]
    return render_template("board/_viewers.html", version=viewing.version(others), viewed=viewed)


def _found(number: str) -> Incident:
    return find(current_user, number) or abort(404)


def _noted() -> Response:
    db.session.commit()
    return Response(status=204)
