"""Notices of the steps of a swap, to the officers and the supervisors.

A shift has the notices of one step of one swap: each step, and each new offer, ends those before. Their keys begin with
the key of the shift's own notice, so they end as well when the shift changes, is cancelled or is over.
"""

from datetime import datetime

from meteor.notices import rules as notices
from meteor.rosters.models import ShiftSwap
from meteor.rosters.shift_notices import PAGE, key_of, words

DECISIONS = "/rosters/swaps"


def offered(swap: ShiftSwap, at: datetime) -> None:
    """Ask the colleague."""
    end(swap, at)
    name, shift = swap.shift.user.name, words(swap.shift)
    key = f"{_key(swap)}offered"
    if swap.return_shift:
        other = words(swap.return_shift)
        notices.tell_anew(key, "swap_asked", PAGE, user_id=swap.colleague_id, name=name, shift=shift, other=other)
    else:
        notices.tell_anew(key, "swap_offered", PAGE, user_id=swap.colleague_id, name=name, shift=shift)


def agreed(swap: ShiftSwap, at: datetime) -> None:
    """Tell the officer, and ask the supervisors."""
    end(swap, at)
    name, colleague, shift = swap.shift.user.name, swap.colleague.name, words(swap.shift)
    to = swap.shift.user_id
    notices.tell_anew(f"{_key(swap)}agreed:{to}", "swap_accepted", PAGE, user_id=to, name=colleague, shift=shift)
    key = f"{_key(swap)}agreed"
    notices.tell_anew(key, "swap_waiting", DECISIONS, role="supervisor", name=name, colleague=colleague, shift=shift)


def declined(swap: ShiftSwap, at: datetime) -> None:
    """Tell the officer."""
    end(swap, at)
    to, name = swap.shift.user_id, swap.colleague.name
    notices.tell_anew(f"{_key(swap)}declined", "swap_declined", PAGE, user_id=to, name=name, shift=words(swap.shift))


def decided(swap: ShiftSwap, kind: str, at: datetime) -> None:
    """Tell both officers: `kind` is "swap_approved" or "swap_refused"."""
    end(swap, at)
    for to in (swap.shift.user_id, swap.colleague_id):
        notices.tell_anew(f"{_key(swap)}decided:{to}", kind, PAGE, user_id=to, shift=words(swap.shift))


def over(swap: ShiftSwap, was: str, at: datetime) -> None:
    """Tell the officer, and the colleague who had agreed."""
    end(swap, at)
    pairs = [(swap.shift.user, swap.colleague), (swap.colleague, swap.shift.user)]
    for to, other in pairs if was == "agreed" else pairs[:1]:
        notices.tell_anew(f"{_key(swap)}over:{to.id}", "swap_over", PAGE, user_id=to.id, name=other.name)


def end(swap: ShiftSwap, at: datetime) -> None:
    """End every notice of a swap, and of older swaps of its shift."""
    notices.acknowledge_all(_key(swap), None, at)


def _key(swap: ShiftSwap) -> str:
    return f"{key_of(swap.shift)}swap:"
