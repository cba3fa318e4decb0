"""Recovery requests: changes of an account by other people, which its owner can confirm or refuse first."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from meteor.accounts import phone_numbers, rules, sessions, telling
from meteor.accounts.models import RecoveryRequest, User
from meteor.accounts.phone_numbers import PhoneTaken
from meteor.store import audit
from meteor.store.database import db

WAIT = timedelta(hours=24)
"""Time in which only the owner decides about a request."""

LASTS = timedelta(days=14)
CARDLESS = timedelta(days=30)
"""Time after a refusal in which an account takes no claim card: each one would notify the owner again."""

PAGE = "/account/recovery"
LIST = "/admin/recoveries"
_BATCH = 50


class Waiting(Exception):
    """Another change of this account waits for its owner."""


class Ended(Exception):
    """The request was answered before, or has expired."""


class TooEarly(Exception):
    """The owner still has time to answer: an administrator cannot approve the request yet."""


class OtherRole(Exception):
    """The account is disabled or not only a citizen's: a claim card does not open it."""


def by_card(user: User, phone: str, password_hash: str, card_hash: str, at: datetime) -> RecoveryRequest:
    """Request another phone number (E.164) and password for an account by its claim card.

    Raises PhoneTaken; Waiting if a request is open.
    """
    if phone_numbers.is_taken(phone, user):
        raise PhoneTaken
    request = RecoveryRequest(source="claim_card", phone=phone, password_hash=password_hash, card_hash=card_hash)
    return _open(request, user, None, at)


def by_admin(user: User, phone: str | None, reason: str, admin: User, at: datetime) -> RecoveryRequest:
    """Request another phone number (E.164) for an account. It applies after WAIT without an answer.

    Raises Waiting if a request is open.
    """
    return _open(RecoveryRequest(source="admin", phone=phone, reason=reason), user, admin, at)


def of_user(user: User, at: datetime) -> RecoveryRequest | None:
    """The open request for the account of `user`."""
    mine = select(RecoveryRequest).where(RecoveryRequest.user_id == user.id, RecoveryRequest.ended_at.is_(None))
    return db.session.scalar(mine.where(RecoveryRequest.requested_at > at - LASTS))


def of_card(card_hashes: Collection[str]) -> RecoveryRequest | None:
    """The request that a claim card opened, also after its end; its hash under each of the keys."""
    return db.session.scalar(select(RecoveryRequest).where(RecoveryRequest.card_hash.in_(card_hashes)))


def takes_cards(user: User, at: datetime) -> bool:
    """Return whether a claim card may open a request for this account.

    None may be open, and its owner may have refused none within CARDLESS.
    """
    from_card = RecoveryRequest.source == "claim_card"
    refused = from_card & (RecoveryRequest.outcome == "refused") & (RecoveryRequest.ended_at > at - CARDLESS)
    still_open = RecoveryRequest.ended_at.is_(None) & (RecoveryRequest.requested_at > at - LASTS)
    against = select(RecoveryRequest.id).where(RecoveryRequest.user_id == user.id, refused | still_open)
    return db.session.scalar(against.limit(1)) is None


def may_approve(request: RecoveryRequest, at: datetime) -> bool:
    """Return whether an administrator may approve the request now."""
    return request.source == "claim_card" and request.ended_at is None and at >= request.requested_at + WAIT


def confirm(request: RecoveryRequest, owner: User | None, at: datetime, outcome: str = "confirmed") -> None:
    """The owner says that the request is right: from a session, or proved by the old number (see old_number; owner
    None). Raises Ended, OtherRole, PhoneTaken."""
    _apply(request, outcome, owner, at)


def refuse(request: RecoveryRequest, owner: User, at: datetime) -> None:
    """The owner says that the request is not theirs. Raises Ended."""
    _end(request, "refused", owner, at)
    telling.tell(f"recovery-refused:{request.id}", "recovery_refused", LIST, role="admin")


def approve(request: RecoveryRequest, reason: str, admin: User, at: datetime) -> None:
    """An administrator has checked who asks. Raises TooEarly, Ended, OtherRole, PhoneTaken."""
    if not may_approve(request, at):
        raise Ended if request.ended_at else TooEarly
    _apply(request, "approved", admin, at, reason=reason)


def reject(request: RecoveryRequest, reason: str, admin: User, at: datetime) -> None:
    """An administrator refuses a request, at any time. Raises Ended."""
    _end(request, "rejected", admin, at, reason=reason)
    telling.tell(f"recovery-done:{request.id}", "recovery_rejected", "/account", user_id=request.user_id)


def pass_time(at: datetime) -> bool:
    """Apply administrators' requests without an answer within WAIT, and end those older than LASTS.

    Returns whether more are due.
    """
    still_open = select(RecoveryRequest).where(RecoveryRequest.ended_at.is_(None)).order_by(RecoveryRequest.id)
    due = still_open.where(
        (RecoveryRequest.requested_at <= at - LASTS)
        | ((RecoveryRequest.source == "admin") & (RecoveryRequest.requested_at <= at - WAIT))
    )
    requests = db.session.scalars(due.limit(_BATCH)).all()
    for request in requests:
        if request.source == "admin" and not _is_over(request, at):
            try:
                _apply(request, "applied", None, at)
            except PhoneTaken:
                _end(request, "taken", None, at)
        else:
            _end(request, "expired", None, at)
    return len(requests) == _BATCH


def _open(request: RecoveryRequest, user: User, by: User | None, at: datetime) -> RecoveryRequest:
    for old in db.session.scalars(
        select(RecoveryRequest).where(
            RecoveryRequest.user_id == user.id, RecoveryRequest.ended_at.is_(None),
            RecoveryRequest.requested_at <= at - LASTS,
        )
    ).all():  # fmt: skip
        _end(old, "expired", None, at)
    request.user_id, request.requested_at, request.requested_by_id = user.id, at, by.id if by else None
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as error:
        raise Waiting from error
    audit.record(by, "recovery_requested", _subject(request), source=request.source, phone=request.phone)
    owner, by_card = f"recovery:{request.id}:owner", request.source == "claim_card"
    telling.tell(owner, "recovery_asked" if by_card else "phone_change_asked", PAGE, user_id=user.id)
    if by_card:
        telling.tell(f"recovery:{request.id}:admins", "recovery_waits", LIST, role="admin")
    return request


def _apply(request: RecoveryRequest, outcome: str, by: User | None, at: datetime, **detail: str) -> None:
    if _is_over(request, at):
        raise Ended
    user, password_hash = request.user, request.password_hash
    if request.source == "claim_card" and not (user.active and user.role_names <= {"citizen"}):
        raise OtherRole
    phone_numbers.give(user, request.phone, by)
    _end(request, outcome, by, at, **detail)
    done = f"recovery-done:{request.id}"
    if not password_hash:
        telling.tell(done, "phone_changed", "/account", user_id=user.id)
        return
    signed_in = [session.id for session in sessions.of_user(user)]
    user.password_hash = password_hash
    sessions.end_all(user, "recovered")
    rules.end_invitations(user)
    telling.tell(done, "recovery_done", "/account", user_id=user.id, sessions=signed_in)


def _end(request: RecoveryRequest, outcome: str, by: User | None, at: datetime, **detail: str) -> None:
    ended = db.session.execute(
        update(RecoveryRequest)
        .where(RecoveryRequest.id == request.id, RecoveryRequest.ended_at.is_(None))
        .values(ended_at=at, outcome=outcome, ended_by_id=by.id if by else None, password_hash=None)
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise Ended
    db.session.refresh(request)
    audit.record(by, f"recovery_{outcome}", _subject(request), source=request.source, phone=request.phone, **detail)
    telling.acknowledge_all(f"recovery:{request.id}:")


def _is_over(request: RecoveryRequest, at: datetime) -> bool:
    return at >= request.requested_at + LASTS


def _subject(request: RecoveryRequest) -> str:
    return f"users:{request.user_id}"
