"""Geometry of charts: bars and lines from numbers. Templates draw it as SVG (templates/statistics/_charts.html).

No library does it: pygal 3 writes its style sheet and a script into every picture, which the security policy refuses,
and leather 0.4 writes its colours into every element, has no text alternative, and neither knows dark screens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10
from typing import Any, NamedTuple

LEFT, RIGHT, TOP, BOTTOM = 48.0, 12.0, 22.0, 26.0
"""Room around the plot for the axis, the values and the labels. All lengths are in pixels, y points down."""

PLOT_HEIGHT = 168.0

WIDEST = 640.0
"""Width of the plot of many labels."""

LETTER = 7.2
"""Width of a letter of a label or value, at most."""

STEPS = 4
"""Number of steps of the axis, at most."""

GAP = 0.25
"""Share of a label's place that its bars leave free."""


class Series(NamedTuple):
    """Numbers under one name. None is a missing value: a gap, never 0. No value is negative."""

    name: str
    values: Sequence[float | None]


class Tick(NamedTuple):
    """A line of the axis."""

    y: float
    value: float


class Label(NamedTuple):
    """The name of a place on the x axis; those that would run into each other are left out."""

    x: float
    text: str


class Bar(NamedTuple):
    """A bar, with `says` where its value fits above it. `value` None: a gap at the foot of the plot."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float | None
    says: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class Point(NamedTuple):
    """A value of a line."""

    x: float
    y: float
    label: str
    value: float


class Peak(NamedTuple):
    """The highest value, with its label and series: the text alternative names it."""

    value: float
    label: str
    series: str


@dataclass(frozen=True)
class Chart:
    """A chart of `kind` "bars" or "lines". Bars and runs of points are listed for each of `names`, in its order."""

    kind: str
    width: float
    height: float
    ticks: Sequence[Tick]
    labels: Sequence[Label]
    names: Sequence[str]
    bars: Sequence[Sequence[Bar]]
    runs: Sequence[Sequence[Sequence[Point]]]
    peak: Peak | None

    @property
    def foot(self) -> float:
        """Return the y coordinate of the x axis."""
        return TOP + PLOT_HEIGHT

    @property
    def sides(self) -> tuple[float, float]:
        """Return the beginning and the end of the plot."""
        return LEFT, self.width - RIGHT


def bars(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Bars of each series side by side, from 0 up."""
    widest = max((_length(value) for each in series for value in each.values), default=0.0)
    chart, slot, scale = _frame("bars", labels, series, least=max(widest, 16.0) * len(series) / (1 - GAP))
    width = slot * (1 - GAP) / len(series)
    fits = widest <= width + 0.5
    found = []
    for place, each in enumerate(series):
        starts = (LEFT + slot * at + slot * GAP / 2 + width * place for at in range(len(labels)))
        rows = zip(starts, labels, each.values, strict=True)
        found.append([_bar(x, width, label, value, scale, says=fits) for x, label, value in rows])
    return Chart(**chart, bars=found, runs=[])


def lines(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """A line for each series, broken where a value is missing."""
    chart, slot, scale = _frame("lines", labels, series, least=24.0)
    places = [LEFT + slot * (at + 0.5) for at in range(len(labels))]
    runs = [list(_runs(places, labels, each.values, scale)) for each in series]
    return Chart(**chart, bars=[], runs=runs)


def axis(highest: float) -> list[float]:
    """The values at the lines of an axis from 0 that holds `highest`: whole multiples of 1, 2 or 5 times a power of 10.

    The steps are whole numbers, since what is drawn is counted or measured in whole units.
    """
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / STEPS
    power = 10.0 ** floor(log10(rough))
    step = max(1.0, next(nice * power for nice in (1, 2, 5, 10) if nice * power >= rough))
    return [step * at for at in range(ceil(highest / step) + 1)]


def _frame(
    kind: str, labels: Sequence[str], series: Sequence[Series], least: float
) -> tuple[dict[str, Any], float, float]:
    """Return the parts of any chart, a label's width, and pixels for each unit of value."""
    peak = _peak(labels, series)
    values = axis(peak.value if peak else 0)
    scale = PLOT_HEIGHT / values[-1]
    longest = max((len(label) for label in labels), default=1) * LETTER + 8
    slot = min(max(least, min(longest, 64.0)), WIDEST / max(1, len(labels)))
    every = ceil(longest / slot)
    shown = [Label(LEFT + slot * (at + 0.5), text) for at, text in enumerate(labels) if at % every == 0]
    ticks = [Tick(TOP + PLOT_HEIGHT - value * scale, value) for value in values]
    frame = {
        "kind": kind, "width": LEFT + slot * len(labels) + RIGHT, "height": TOP + PLOT_HEIGHT + BOTTOM,
        "ticks": ticks, "labels": shown, "names": [each.name for each in series], "peak": peak,
    }  # fmt: skip
    return frame, slot, scale


def _peak(labels: Sequence[str], series: Sequence[Series]) -> Peak | None:
    peaks = (
        Peak(value, label, each.name)
        for each in series
        for label, value in zip(labels, each.values, strict=True)
        if value is not None
    )
    return max(peaks, key=lambda peak: peak.value, default=None)


def _bar(x: float, width: float, label: str, value: float | None, scale: float, *, says: bool) -> Bar:
    height = (value or 0) * scale
    return Bar(x, TOP + PLOT_HEIGHT - height, width, height, label, value, says)


def _length(value: float | None) -> float:
    return len(f"{value:,.0f}") * LETTER + 2 if value is not None else 0.0


def _runs(
    places: Sequence[float], labels: Sequence[str], values: Sequence[float | None], scale: float
) -> Iterator[list[Point]]:
    rows = list(zip(places, labels, values, strict=True))
    for missing, run in groupby(rows, key=lambda row: row[2] is None):
        if not missing:
            yield [Point(x, TOP + PLOT_HEIGHT - (value or 0) * scale, label, value or 0) for x, label, value in run]
