"""Classification of 112 calls: what a call was, and corrections of that."""

from datetime import datetime

from sqlalchemy import func, or_

from meteor.accounts.models import User
from meteor.calls import caller_flags
from meteor.calls.holding import change, hold
from meteor.calls.models import CLASSES, Call
from meteor.calls.rules import phone_of
from meteor.store import audit


class Classified(Exception):
    """The call was classified before, as `as_`, one of CLASSES."""

    def __init__(self, as_: str) -> None:
        super().__init__(as_)
        self.as_ = as_


class NoSuchClass(ValueError):
    """The class is not one of CLASSES."""


class NoReason(ValueError):
    """A prank and a correction of the class need a reason."""


def classify(call: Call, as_: str, reason: str, at: datetime, user: User) -> None:
    """Say what the call was, one of CLASSES; it is over then. Three pranks flag its number (see caller_flags).

    Raises CallTaken; Classified if it has been said before (what had seemed normal may still turn out to be something
    else); NoReason for a prank without one; NoSuchClass.
    """
    reason = reason.strip()[:500]
    if as_ not in CLASSES:
        raise NoSuchClass(as_)
    if as_ == "prank" and not reason:
        raise NoReason
    hold(call, at, user)
    open_to_it = or_(Call.classified_as.is_(None), Call.classified_as == "normal")
    phone = call.phone or phone_of(str(call.draft.get("phone", "")))
    over = {"ended_at": func.coalesce(Call.ended_at, at), "offered_to_id": None, "status": "ended", "phone": phone}
    if not change(call, open_to_it, classified_as=as_, reason=reason, **over):
        raise Classified(str(call.classified_as))
    if as_ == "prank" and phone:
        caller_flags.count_pranks(phone, at)


def reclassify(call: Call, as_: str, reason: str, at: datetime, actor: User) -> None:
    """Correct the class of a call, with a reason. The pranks of its number are counted again.

    Raises NoReason; NoSuchClass, also of a call that nobody has said anything of.
    """
    if as_ not in CLASSES or call.classified_as is None:
        raise NoSuchClass
    if not reason.strip():
        raise NoReason
    correct(call, as_, reason.strip()[:500], at, actor)


def correct(call: Call, as_: str, reason: str, at: datetime, actor: User) -> None:
    """Say of a call that was classified that it was something else; the audit log keeps what had been said."""
    before = {"class": call.classified_as, "reason": call.reason}
    change(call, Call.classified_as.is_not(None), classified_as=as_, reason=reason)
    audit.record_change(actor, "call_reclassified", f"calls:{call.id}", before, {"class": as_, "reason": reason})
    if call.phone and as_ == "prank":
        caller_flags.count_pranks(call.phone, at)
    elif call.phone:
        caller_flags.forgive(call.phone, at, actor)
