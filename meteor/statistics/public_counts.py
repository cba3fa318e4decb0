"""Counts of a month by area for everybody: small ones are hidden, also against subtraction from the month's total.

Each month is split once, for itself, whatever is asked for. All else that is published is a sum of these counts, so
that no choice of months and no sum says more than they do. `meteor.warnings.reach` joins areas for the same reason, of
a single total and without months.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

FEWEST = 5
"""Incidents of an area in a month whose number is shown: of fewer it would say something of a person."""

COVER = 2 * FEWEST - 1
"""Incidents of an area that others are joined with: below it, their total would say what they have at most."""

FEW, JOINED = "few", "joined"

Area = int | None


class Split(NamedTuple):
    """A month's counts: those that are `shown`, and of other areas FEW or JOINED.

    FEW areas have fewer than FEWEST incidents, JOINED ones have more, or their month is not split at all.
    """

    shown: Mapping[Area, int]
    hidden: Mapping[Area, str]

    def of(self, area: Area) -> int | str:
        """Return the shown value of an area: its count, FEW or JOINED."""
        return self.shown[area] if area in self.shown else self.hidden[area]


def split(counts: Mapping[Area, int], areas: Sequence[Area]) -> Split:
    """The counts of a month as they may be shown beside the month's total. An area without a count has 0.

    With all that is shown, each FEW area may still have anything from 0 to FEWEST - 1 incidents.
    """
    few = [area for area in areas if counts.get(area, 0) < FEWEST]
    shown = {area: counts[area] for area in areas if area not in few}
    hidden = dict.fromkeys(few, FEW)
    if few and not FEWEST <= sum(counts.get(area, 0) for area in few) <= (FEWEST - 1) * (len(few) - 1):
        covers = [area for area in _from(few[0], areas) if shown.get(area, 0) >= COVER]
        together = sum(counts.get(area, 0) for area in [*few, *covers[:1]])
        if not covers or together < COVER + FEWEST - 1:  # with less, the cover would say what the others have at most
            return Split({}, dict.fromkeys(areas, JOINED))
        del shown[covers[0]]
        hidden[covers[0]] = JOINED
    return Split(shown, hidden)


def _from(first: Area, areas: Sequence[Area]) -> Sequence[Area]:
    """The areas from `first` on, then those before it.

    The cover is the next in this order, not the smallest: that would say how many the others have at least.
    """
    at = areas.index(first)
    return [*areas[at:], *areas[:at]]
