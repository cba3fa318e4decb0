"""The panes of the board that all its readers see alike: of a line only what has changed is rendered anew."""

from collections.abc import Callable
from typing import Any

from flask import render_template

from meteor.agencies.labels import KINDS, SOURCES
from meteor.board.filters import Filters
from meteor.board.middles import bursts_middles
from meteor.board.units import BoardUnit, UnitsShown
from meteor.dispatch import queue as queues
from meteor.dispatch.bursts import QueueEntry, entries
from meteor.dispatch.queue import OpenIncident
from meteor.dispatch.queue_content import contents
from meteor.incidents.shortfall import sentences
from meteor.protocols.roles import roles
from meteor.web.language import locale, named
from meteor.web.renderings import Renderings

MOST = 100
"""Number of the queue's lines on the board. Further ones are counted, and stand on the queue's own page."""

LINES = 1000
"""Number of lines of incidents and units that are kept, in all languages together."""

renderings, lines = Renderings(), Renderings(LINES)


def units_pane(shown: UnitsShown) -> str:
    """The units, rendered once for all who speak alike."""
    spoken = locale()

    def kept(line: Callable[[BoardUnit], str], unit: BoardUnit) -> str:
        return lines.get((spoken, "unit", unit.id), unit, lambda: line(unit))

    words = {"shown": shown, "kinds": KINDS, "sources": SOURCES, "kept": kept}
    return renderings.get(("units", spoken), shown.version, lambda: render_template("board/_units.html", **words))


def queue_pane(wanted: Filters) -> tuple[int, str]:
    """The version of the queue, and its lines that fit the filter, rendered once for all who ask alike."""
    version, at = queues.newest()
    key = ("queue", locale(), wanted)
    return version, renderings.get(key, (version, at), lambda: _rendered_queue(version, wanted))


def _rendered_queue(version: int, wanted: Filters) -> str:
    found = wanted.incidents()
    listed = entries(found, fold_p1=True) if wanted.group is None else [QueueEntry([it]) for it in found]
    shown = listed[:MOST]
    everything = found if wanted == Filters() else Filters().incidents()
    return render_template(
        "board/_incidents.html",
        version=version,
        listed=shown,
        filters=wanted,
        count=len(found),
        waiting=sum(it.waiting for it in found),
        all_open=len(everything),
        all_waiting=sum(it.waiting for it in everything),
        middles=bursts_middles(shown),
        hidden=sum(len(entry.incidents) for entry in listed[MOST:]),
        **_lines(shown),
    )


def _lines(shown: list[QueueEntry]) -> dict[str, Any]:
    """Return the template's `kept`, the line of an incident, and `first` of a burst.

    Only those are loaded whose line is not kept.
    """
    role, spoken, ids = roles(), (locale(), "incident"), [entry.first.id for entry in shown]
    found = contents(ids)

    def names(entry: OpenIncident) -> list[object]:
        return [role(entry.type_id, gap.capability) for gap in found[entry.id].gaps]

    versions = {it.first.id: (found[it.first.id], it.first.deserted, names(it.first)) for it in shown}
    stale = [it.first.id for it in shown
             if len(it.incidents) > 1 or not lines.has((*spoken, it.first.id), versions[it.first.id])]  # fmt: skip
    rows = queues.rows(stale) if stale else {}

    def row(incident_id: int) -> queues.Row:
        return rows.get(incident_id) or queues.rows([incident_id])[incident_id]  # another thread has just forgotten it

    def kept(line: Callable[..., str], entry: OpenIncident) -> str:
        def render() -> str:
            it = row(entry.id)
            missing = sentences(it.shortfall, lambda capability: named(role(entry.type_id, capability)))
            return line(it, entry, found[entry.id].stored.newest, missing)

        return lines.get((*spoken, entry.id), versions[entry.id], render)

    return {"kept": kept, "first": lambda entry: row(entry.first.id).incident}
