"""The board: one page with the queue, the map and the units, its polls and its filter."""

from collections.abc import Hashable
from typing import NamedTuple

from flask import Response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING, COMMAND
from meteor.agencies.fleet import agencies
from meteor.board import BOARD, blueprint, watch
from meteor.board.cover_state import CityCoverage, city_coverage
from meteor.board.filters import Filters, kecamatan, keep_filter, kept_filter
from meteor.board.versions import bar_version, current_strip, current_units, status_version
from meteor.board.viewers import SIGN_EVERY
from meteor.board.views.panes import queue_pane, units_pane
from meteor.board.views.watch import WatchShown, watch_shown
from meteor.rosters.strength_facts import strength_version
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings.reading import current_version
from meteor.web.access import open_to
from meteor.web.language import locale
from meteor.web.polling import Reader, cached, fragment, versioned
from meteor.web.pools import urgent

QUEUE_EVERY = 1
"""Seconds from poll to poll of the queue: with the age of the poll cache, 19 of 20 presses are a line within 2.5 s."""


class Status(NamedTuple):
    """Values of the board's bar."""

    watch: WatchShown
    coverage: CityCoverage
    version: str


def _units_scope(reader: Reader) -> Hashable:
    """The common key of readers who see the same units."""
    return reader.language


def _strip_scope(reader: Reader) -> Hashable:
    """The common key of readers who see the same strip."""
    return reader.language, not reader.roles.isdisjoint(CALL_HANDLING)


@blueprint.get("/board")
@open_to(*BOARD)
@urgent
def board() -> str | AnyResponse:
    """The board, as the query says; without one, with the filter that the user left."""
    if not request.args and (kept := kept_filter(current_user)) != Filters():
        return redirect(url_for("board.board", **kept.query))
    wanted = Filters.read(request.args)
    version, queue = queue_pane(wanted)
    units, below = current_units(), current_strip()
    return render_template(
        "board/board.html",
        filters=wanted,
        version=version,
        queue=queue,
        queue_at=url_for("board.incidents", **wanted.query),
        units_version=units.version,
        units=units_pane(units),
        strip=below,
        status=_status(),
        agencies=agencies(),
        kecamatan=kecamatan(),
        commands=current_user.has(*COMMAND),
        answers=_answers(),
        SIGN_EVERY=SIGN_EVERY,
        QUEUE_EVERY=QUEUE_EVERY,
    )


@blueprint.post("/board/filters")
@open_to(*BOARD)
def filters() -> Response:
    """Keep the filter of the queue for the user's next visit. What is no filter is left out."""
    keep_filter(current_user, Filters.read(request.form))
    db.session.commit()
    return Response(status=204)


@blueprint.get("/board/incidents")
@open_to(*BOARD)
@urgent
@cached
def incidents() -> Response:
    """The queue, polled. Its version is the newest event's id."""
    wanted = Filters.read(request.args)
    version, rendered = queue_pane(wanted)
    return fragment(version, lambda: rendered, shared_by=(None, locale()))


@blueprint.get("/board/units")
@open_to(*BOARD)
@urgent
@versioned(lambda reader, query: current_units().version, shared_by=_units_scope)
def units() -> Response:
    """The units by agency, polled."""
    shown = current_units()
    return fragment(shown.version, lambda: units_pane(shown), shared_by=locale())


@blueprint.get("/board/status")
@open_to(*BOARD)
@urgent
@versioned(lambda reader, query: status_version(reader.user_id))
def status() -> Response:
    """The watch and the coverage of the city, polled."""
    shown = _status()
    return fragment(shown.version, lambda: render_template("board/_status.html", status=shown))


@blueprint.get("/board/strip")
@open_to(*BOARD)
@urgent
@versioned(lambda reader, query: current_strip().version, shared_by=_strip_scope)
def alarms_and_calls() -> Response:
    """Unacknowledged alarms and ringing calls, polled."""
    below, answers = current_strip(), _answers()

    def render() -> str:
        return render_template("board/_strip.html", strip=below, answers=answers)

    return fragment(below.version, render, shared_by=(locale(), answers))


def _status() -> Status:
    """Values of the bar; its version is read in the same transaction, or it could be newer than what is shown."""
    at = now()
    coverage = city_coverage(at)
    version = bar_version(
        watch.version(current_user.id), coverage.version, current_version(at), strength_version(at)
    )  # fmt: skip
    return Status(watch_shown(), coverage, version)


def _answers() -> bool:
    """Return whether the reader takes 112 calls: others see how many ring, and not who calls."""
    return bool(current_user.has(*CALL_HANDLING))
