"""Timelines in which what METEOR repeats, while no unit answers, is one part that unfolds."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from flask_babel import ngettext

from meteor.incidents.event_labels import Line

MOST = 6
"""Lines of a repetition that are all shown. Of a longer one the newest is, and the others fold."""


class Part(NamedTuple):
    """Lines of a timeline, newest first: those of a repetition are `folded`."""

    lines: Sequence[Line]
    folded: bool = False

    def counts(self) -> list[str]:
        """Return the contents of the part in words, without what it does not hold."""
        of = Counter(line.event.event_type for line in self.lines)
        words = {
            "offered": ngettext("%(num)d offer", "%(num)d offers", of["offered"]),
            "offer_expired": ngettext("%(num)d without an answer", "%(num)d without an answer", of["offer_expired"]),
            "nobody_left": ngettext("%(num)d time no unit left", "%(num)d times no unit left", of["nobody_left"]),
            "offered_again": ngettext("asked again %(num)d time", "asked again %(num)d times", of["offered_again"]),
        }
        return [said for event_type, said in words.items() if of[event_type]]


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
