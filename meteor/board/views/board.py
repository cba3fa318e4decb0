"""The board: one page with the queue, the map and the units, and what it polls."""

from typing import NamedTuple

from flask import Response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from meteor.accounts.roles import CALL_HANDLING, COMMAND
from meteor.agencies.fleet import agencies
from meteor.agencies.labels import KINDS, SOURCES
from meteor.board import BOARD, blueprint
from meteor.board.cover_state import CityCoverage, city_coverage
from meteor.board.filters import Filters, kecamatan
from meteor.board.kept_filters import kept_filter
from meteor.board.middles import bursts_middles
from meteor.board.strip import strip
from meteor.board.units import UnitsShown, units_shown
from meteor.board.viewers import SIGN_EVERY
from meteor.board.views.watch import WatchShown, watch_shown
from meteor.dispatch import queue as queues
from meteor.dispatch.bursts import QueueEntry, entries
from meteor.incidents import timeline
from meteor.incidents.shortfall import sentences
from meteor.protocols.roles import roles
from meteor.store.changes import Remembered
from meteor.store.database import reading_engine
from meteor.store.moments import now
from meteor.store.versions import version_of
from meteor.web.access import open_to
from meteor.web.language import locale, named
from meteor.web.polling import cached, fragment, versioned
from meteor.web.pools import urgent
from meteor.web.renderings import Renderings

MOST = 100
"""Number of the queue's lines on the board. Further ones are counted, and stand on the queue's own page."""

renderings = Renderings()


HEARTBEAT = 5
"""Seconds after which it is looked whether scheduler and receiver stand still, although nothing was written."""


class Status(NamedTuple):
    """What the board's bar says."""

    watch: WatchShown
    coverage: CityCoverage
    version: str


units_version: Remembered[str] = Remembered()
strip_version: Remembered[str] = Remembered()


@blueprint.get("/board")
@open_to(*BOARD)
@urgent
def board() -> str | AnyResponse:
    """The board, as the query says; without one, with the filter that the user left."""
    if not request.args and (kept := kept_filter(current_user)) != Filters():
        return redirect(url_for("board.board", **kept.query))
    wanted, at = Filters.read(request.args), now()
    version, queue = _incidents(wanted)
    units, below = units_shown(at), strip(at)
    return render_template(
        "board/board.html",
        filters=wanted,
        version=version,
        queue=queue,
        queue_at=url_for("board.incidents", **wanted.query),
        units_version=units.version,
        units=_rendered_units(units),
        strip=below,
        status=_status(),
        agencies=agencies(),
        kecamatan=kecamatan(),
        commands=current_user.has(*COMMAND),
        answers=_answers(),
        SIGN_EVERY=SIGN_EVERY,
    )


@blueprint.get("/board/incidents")
@open_to(*BOARD)
@urgent
@cached
def incidents() -> Response:
    """The queue, polled. Its version is the newest event's id."""
    wanted = Filters.read(request.args)
    version, rendered = _incidents(wanted)
    return fragment(version, lambda: rendered, shared_by=(None, locale()) if wanted == Filters() else None)


@blueprint.get("/board/units")
@open_to(*BOARD)
@urgent
@versioned(lambda reader, query: _units_version())
def units() -> Response:
    """The units by agency, polled."""
    shown = units_shown(now())
    return fragment(shown.version, lambda: _rendered_units(shown))


@blueprint.get("/board/status")
@open_to(*BOARD)
def status() -> Response:
    """Who has the watch and how much of the city is covered, polled."""
    shown = _status()
    return fragment(shown.version, lambda: render_template("board/_status.html", status=shown))


@blueprint.get("/board/strip")
@open_to(*BOARD)
@urgent
@versioned(lambda reader, query: _strip_version())
def alarms_and_calls() -> Response:
    """Unacknowledged alarms and ringing calls, polled."""
    below = strip(now())
    return fragment(below.version, lambda: render_template("board/_strip.html", strip=below, answers=_answers()))


def _strip_version() -> str:
    """The version of the strip, found anew when something was written, and every HEARTBEAT seconds."""
    at = now()
    return strip_version.get(reading_engine(), int(at.timestamp()) // HEARTBEAT, lambda: strip(at).version)


def _status() -> Status:
    watch, coverage = watch_shown(), city_coverage(now())
    shown = {
        "watches": [it.id for it in watch.watches],
        "waiting": [it.id for it in watch.waiting],
        "coverage": coverage.version,
    }
    return Status(watch, coverage, version_of(shown))


def _answers() -> bool:
    """Whether the reader takes 112 calls: others see how many ring, and not who calls."""
    return bool(current_user.has(*CALL_HANDLING))


def _units_version() -> str:
    """The version of the units, found anew when something was written, and once in a minute: positions grow old."""
    at = now()
    return units_version.get(reading_engine(), int(at.timestamp()) // 60, lambda: units_shown(at).version)


def _rendered_units(shown: UnitsShown) -> str:
    words = {"shown": shown, "kinds": KINDS, "sources": SOURCES}
    return renderings.get(("units", locale()), shown.version, lambda: render_template("board/_units.html", **words))


def _incidents(wanted: Filters) -> tuple[int, str]:
    """The version of the queue, and its lines that fit the filter. Without one they are rendered once for all."""
    version, at = queues.newest()
    if wanted != Filters():
        return version, _rendered_incidents(version, wanted)
    key = ("incidents", locale())
    return version, renderings.get(key, (version, at), lambda: _rendered_incidents(version, wanted))


def _rendered_incidents(version: int, wanted: Filters) -> str:
    found, role = wanted.incidents(), roles()

    def missing(row: queues.Row) -> list[str]:
        return sentences(row.shortfall, lambda capability: named(role(row.incident.type_id, capability)))

    listed = entries(found, fold_p1=True) if wanted.group is None else [QueueEntry([it]) for it in found]
    shown = listed[:MOST]
    ids = [entry.first.id for entry in shown]
    everything = found if wanted == Filters() else Filters().incidents()
    return render_template(
        "board/_incidents.html",
        version=version,
        listed=shown,
        rows=queues.rows(ids),
        newest=timeline.versions_of(ids),
        filters=wanted,
        count=len(found),
        waiting=sum(it.waiting for it in found),
        all_open=len(everything),
        all_waiting=sum(it.waiting for it in everything),
        middles=bursts_middles(shown),
        hidden=sum(len(entry.incidents) for entry in listed[MOST:]),
        missing=missing,
    )
