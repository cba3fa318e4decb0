"""The timeline as it is read: what METEOR did again and again, while no unit answered, is one part that unfolds."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from meteor.incidents.event_labels import Line

MOST = 6
"""Lines of a repetition that are all shown. Of a longer one the newest is, and the others fold."""


class Part(NamedTuple):
    """Lines of a timeline, newest first: those of a repetition are `folded`."""

    lines: Sequence[Line]
    folded: bool = False

    def count(self, *event_types: str) -> int:
        """Number of events of these types."""
        return sum(line.event.event_type in event_types for line in self.lines)


def parts(lines: Sequence[Line]) -> list[Part]:
    """The parts of a timeline, whose `lines` are newest first, in the same order."""
    found = []
    for repeats, group in groupby(lines, key=lambda line: line.repeats):
        same = list(group)
        if repeats and len(same) > MOST:
            found += [Part(same[:1]), Part(same[1:], folded=True)]
        else:
            found.append(Part(same))
    return found
