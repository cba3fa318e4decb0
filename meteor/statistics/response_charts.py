"""Charts of the arrivals: percentiles and shares within the limits."""

from collections.abc import Sequence
from math import ceil

from flask_babel import gettext as _

from meteor.statistics.charts import Chart, Series, bars, lines
from meteor.statistics.figures import Spread

Arrivals = Sequence[Spread | None]
"""The figures of the arrival under each label, None where there is none."""


def percentiles_chart(labels: Sequence[str], arrivals: Arrivals) -> Chart:
    """P50 and P90 in seconds."""
    return bars(
        labels,
        [
            Series("P50", [whole_seconds(each.p50) if each else None for each in arrivals]),
            Series("P90", [whole_seconds(each.p90) if each else None for each in arrivals]),
        ],
    )


def shares_chart(labels: Sequence[str], arrivals: Arrivals) -> Chart:
    """Percentages within 3 and 15 minutes."""
    return lines(
        labels,
        [
            Series(_("Within 3 minutes"), [each.percent(0) if each else None for each in arrivals]),
            Series(_("Within 15 minutes"), [each.percent(1) if each else None for each in arrivals]),
        ],
    )


def whole_seconds(seconds: float | None) -> int | None:
    """Whole seconds, rounded up as in words: 180.2 s is not within three minutes."""
    return None if seconds is None else ceil(seconds)
