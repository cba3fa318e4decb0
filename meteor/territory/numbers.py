"""The numbers of the RW and of the RT in a text."""

import re
from typing import NamedTuple

KECAMATAN = re.compile(r"\bkec(?:amatan)?\b\W*\w+", re.IGNORECASE)
"""A kecamatan, which is named like one of its kelurahan, but is not that one."""

_RT = re.compile(r"\brt(?:\s*/\s*rw)?\W*0*([0-9]{1,3})(?![0-9])(?:\s*/\s*0*([0-9]{1,3})(?![0-9]))?", re.IGNORECASE)
_RW = re.compile(r"\brw\W*0*([0-9]{1,3})(?![0-9])", re.IGNORECASE)


class RtAndRw(NamedTuple):
    """The numbers in a text ("RT02/RW03", "rt 2/3"), and what else it says."""

    rw: int | None
    rt: int | None
    rest: str


def rt_and_rw(text: str) -> RtAndRw:
    """The numbers of the RW and of the RT in a text."""
    rt, rest = _RT.search(text), _RT.sub(" ", text)
    rw = _RW.search(rest)
    number_of_rw = rw[1] if rw else rt and rt[2]
    return RtAndRw(int(number_of_rw) if number_of_rw else None, int(rt[1]) if rt else None, _RW.sub(" ", rest))
