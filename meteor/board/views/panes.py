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
from meteor.incidents.models import Incident
from meteor.incidents.shortfall import in_short
from meteor.protocols.roles import roles
from meteor.web.language import locale, named
from meteor.web.renderings import Renderings
from meteor.web.templates import with_sprite

MOST = 100
"""Number of the queue's lines on the board. Further ones are counted, and stand on the queue's own page."""

LINES = 1000
"""Number of lines of incidents and units that are kept, in all languages together."""

renderings, lines = Renderings(), Renderings(LINES)


def units_pane(shown: UnitsShown) -> str:
    """The units, rendered once for all who speak alike."""
    spoken = locale()
    return renderings.get(("units", spoken), shown.version, lambda: _rendered_units(shown, spoken))


def _rendered_units(shown: UnitsShown, spoken: str) -> str:
    kept_lines = {unit.id: lines.known((spoken, "unit", unit.id), unit) for unit in shown.on_duty}

    def render_line(line: Callable[[BoardUnit], str], unit: BoardUnit) -> str:
        return lines.get((spoken, "unit", unit.id), unit, lambda: line(unit))

    words = {"shown": shown, "kinds": KINDS, "sources": SOURCES, "kept_lines": kept_lines, "render_line": render_line}
    return render_template(with_sprite("board/_units.html"), **words)


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
        with_sprite("board/_incidents.html"),
        version=version,
        listed=shown,
        filters=wanted,
        count=len(found),
        waiting=sum(it.waiting for it in found),
        all_open=len(everything),
        all_waiting=sum(it.waiting for it in everything),
        middles=bursts_middles(shown),
        never_hidden=_never_hidden(everything, found),
        hidden=sum(len(entry.incidents) for entry in listed[MOST:]),
        **_lines(shown),
    )


def _never_hidden(everything: list[OpenIncident], found: list[OpenIncident]) -> list[Incident]:
    """Incidents of P1 that the filter hides while they need a unit, at most MOST: they stay on the map."""
    fits = {it.id for it in found}
    ids = [it.id for it in everything if it.priority == 1 and (it.waiting or it.has_shortfall) and it.id not in fits]
    return [row.incident for row in queues.rows(ids[:MOST]).values()] if ids else []


def _lines(shown: list[QueueEntry]) -> dict[str, Any]:
    """Return the `kept_lines` of incidents, `render_line` for the others, and `first` for bursts.

    Only those incidents are loaded whose line is not kept; `first` gives the first one of a burst.
    """
    role, spoken, found = roles(), (locale(), "incident"), contents([entry.first.id for entry in shown])
    versions: dict[int, object] = {}
    kept_lines: dict[int, str | None] = {}
    for entry in shown:
        it, content = entry.first, found[entry.first.id]
        versions[it.id] = content, it.deserted, [role(it.type_id, gap.capability) for gap in content.gaps]
        kept_lines[it.id] = lines.known((*spoken, it.id), versions[it.id]) if len(entry.incidents) == 1 else None
    stale = [incident_id for incident_id, line in kept_lines.items() if line is None]
    rows = queues.rows(stale) if stale else {}

    def render_line(line: Callable[..., str], entry: OpenIncident) -> str:
        def render() -> str:
            it = rows[entry.id]
            missing = in_short(it.shortfall, lambda capability: named(role(entry.type_id, capability)))
            return line(it, entry, found[entry.id].newest, missing)

        return lines.get((*spoken, entry.id), versions[entry.id], render)

    return {"kept_lines": kept_lines, "render_line": render_line, "first": lambda it: rows[it.id].incident}
