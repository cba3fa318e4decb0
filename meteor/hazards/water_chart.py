"""A small drawing of how high the water stood over time."""

from collections.abc import Sequence
from typing import NamedTuple

from meteor.hazards.public import WaterLevel

WIDTH, HEIGHT, EDGE = 160, 40, 4
"""Size of the drawing, and the space around the line."""


class WaterChart(NamedTuple):
    """The points of an SVG polyline, on a drawing of WIDTH by HEIGHT whose lower edge is the street."""

    points: str
    width: int = WIDTH
    height: int = HEIGHT


def water_chart(levels: Sequence[WaterLevel]) -> WaterChart | None:
    """The drawing of at least two levels at different times, oldest first; None of fewer."""
    if len(levels) < 2 or levels[0].at == levels[-1].at:
        return None
    began, highest = levels[0].at, max(level.centimetres for level in levels) or 1
    lasted = (levels[-1].at - began).total_seconds()
    wide, high = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    points = [
        (EDGE + wide * (level.at - began).total_seconds() / lasted, HEIGHT - EDGE - high * level.centimetres / highest)
        for level in levels
    ]
    return WaterChart(" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
