"""Proof by the old number: a code that is sent to it stands for its owner's consent to a recovery request."""

from datetime import datetime

from meteor.accounts import gateway, phone_codes, recoveries
from meteor.accounts.models import RecoveryRequest
from meteor.accounts.phone_codes import NoCode

PURPOSE = "recovery"


def can_prove(request: RecoveryRequest, at: datetime) -> bool:
    """Return whether a code to the old number can grant the request.

    A number that was never verified proves nothing: an RT leader may have typed it.
    """
    is_open = request.ended_at is None and at < request.requested_at + recoveries.LASTS
    proved = request.user.phone is not None and request.user.phone_verified_at is not None
    return gateway.connected() is not None and request.source == "claim_card" and is_open and proved


def send_code(request: RecoveryRequest, network: str, at: datetime) -> None:
    """Send a code to the old number, for who holds the claim card. Raises TooSoon, LimitReached, NoCode."""
    if not can_prove(request, at):
        raise NoCode
    phone_codes.send(
        request.user, request.user.phone or "", PURPOSE, network, at, request=request,
        limit=phone_codes.NUMBER_BY_STRANGERS,
    )  # fmt: skip


def prove(request: RecoveryRequest, typed: str, at: datetime) -> None:
    """Grant the request if the code is right. The caller commits in any case.

    Raises WrongCode, NoCode; recoveries.Ended, recoveries.OtherRole, PhoneTaken.
    """
    code = phone_codes.newest(request.user, (PURPOSE,), at) if can_prove(request, at) else None
    if code is None or code.request_id != request.id or code.phone != request.user.phone:
        raise NoCode
    phone_codes.use_code(code, typed, at)
    recoveries.confirm(request, None, at, outcome="proved")
