"""Citizens who say themselves where they live, and the RT leader's word on it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from meteor.accounts import passwords, phone_codes
from meteor.accounts import rules as accounts
from meteor.accounts.models import User
from meteor.residents import register, rules
from meteor.residents.models import Household, Resident
from meteor.residents.rules import Person, subject
from meteor.store import audit
from meteor.store.database import db
from meteor.store.moments import now, today
from meteor.store.secrets import blind_indexes
from meteor.territory.models import Rt


class NotWaiting(Exception):
    """The RT leader's word on this resident was given before."""


def sign_up(person: Person, rt: Rt, address: str, password: str, language: str, network: str = "") -> None:
    """Make a citizen's account, whose user name is the phone number, and write down where they say they live.

    `person` has a phone number and a NIK. Not verified until the RT leader says so. Of a phone number that an account
    has nothing changes but the audit log. The caller cannot tell the two apart, and both take the time of a hash and
    of a commit. Any NIK is taken: the leader sees if a verified resident has it. With a gateway the number gets a
    message in either case: a code, or that it has an account. `network` is where the sign-up comes from.
    """
    phone = person.phone or ""
    password_hash = passwords.hashed_apart(password)
    try:
        with db.session.begin_nested():
            user = accounts.new_user(phone, person.name, ["citizen"], phone=person.phone)
            user.password_hash, user.language = password_hash, language
            db.session.flush()
    except (accounts.UsernameTaken, IntegrityError):
        known = accounts.user_named(phone)
        audit.record(None, "sign_up_repeated", f"users:{known.id if known else '*'}")
        if known:
            phone_codes.send_if_possible(known, phone, "known", network, now())
        return
    resident = Resident(household=Household(rt=rt, address=address), user=user, name=person.name, phone=person.phone)
    resident.nik = person.nik
    db.session.add(resident)
    audit.record(user, "signed_up", subject(resident))
    phone_codes.send_if_possible(user, phone, "own", network, now())


def home_of(user: User, *, to_change: bool = False) -> Resident | None:
    """The resident of `user`. Locked against other changes if it is to be changed."""
    query = select(Resident).where(Resident.user_id == user.id)
    if to_change:
        query = query.with_for_update(of=Resident).execution_options(populate_existing=True)
    return db.session.scalar(query)


def set_residence(user: User, rt: Rt, address: str) -> None:
    """`user` says that they live in `rt`, which that RT's leader is to verify.

    One whom a leader had verified leaves that register on this day and stays in its history; a sign-up that no leader
    had verified just stands in another one. A NIK goes along.
    """
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())  # one step at a time
    before = home_of(user, to_change=True)
    household = Household(rt=rt, address=address)
    if before is None:
        resident = Resident(household=household, user=user, name=user.name, phone=user.phone)
    elif before.verified_at is None:
        resident, old = before, before.household
        resident.household, resident.moved_out_on = household, None
        resident.rejected_at, resident.rejection = None, ""
        rules.drop_if_empty(old)
    else:
        before.moved_out_on = before.moved_out_on or today()
        before.user = None
        kept = {"needs": before.needs, "health": before.health, "needs_consent_at": before.needs_consent_at}
        before.needs, before.health, before.needs_consent_at = "", None, None
        before.claim_hash = before.claim_expires_at = None
        db.session.flush()  # an account stands for one resident at any moment
        resident = Resident(
            household=household, user=user, name=before.name, phone=user.phone, nik=before.nik, **kept
        )  # fmt: skip
    db.session.add(resident)
    audit.record(user, "settled", subject(resident))


def waiting(rt: Rt) -> Sequence[Resident]:
    """Open sign-ups for `rt`, longest waiting first."""
    return db.session.scalars(register.residents(rt, show="waiting").order_by(Resident.created_at, Resident.id)).all()


def rejected(rt: Rt) -> Sequence[Resident]:
    """The rejected who have not named another RT since, the newest first."""
    return db.session.scalars(
        select(Resident)
        .join(Household, Household.id == Resident.household_id)
        .where(Household.rt_id == rt.id, Resident.rejected_at.is_not(None))
        .order_by(Resident.rejected_at.desc(), Resident.id)
    ).all()


def without_account(rt: Rt) -> Sequence[Resident]:
    """Registered residents without an account, by name."""
    query = register.residents(rt).where(Resident.user_id.is_(None), Resident.verified_at.is_not(None))
    return db.session.scalars(query.order_by(Resident.name, Resident.id)).all()


def same_person(sign_up: Resident, registered: Sequence[Resident]) -> Resident | None:
    """The resident that is probably this sign-up: by NIK, else by name and phone number."""
    for resident in registered:
        if sign_up.nik and sign_up.nik == resident.nik:  # their indexes may be of different keys
            return resident
    for resident in registered:
        if (sign_up.name.lower(), sign_up.phone) == (resident.name.lower(), resident.phone):
            return resident
    return None


def has_anothers_nik(sign_up: Resident) -> bool:
    """Return whether a verified resident, in any RT, has the NIK of the sign-up."""
    if sign_up.nik is None:
        return False
    indexes = blind_indexes(sign_up.nik, "residents.nik")
    lives = (Resident.verified_at.is_not(None), Resident.moved_out_on.is_(None), Resident.id != sign_up.id)
    return db.session.scalar(select(Resident.id).where(Resident.nik_index.in_(indexes), *lives)) is not None


def verify(resident: Resident, leader: User, at: datetime) -> None:
    """The leader's word that this person lives here; it also takes a rejection back. Raises NotWaiting, NikTaken."""
    _needs_word(resident)
    with rules.one_nik_each():
        resident.verified_at, resident.verified_by = at, leader
        resident.rejected_at, resident.rejection = None, ""
    audit.record(leader, "resident_verified", subject(resident))


def reject(resident: Resident, reason: str, leader: User, at: datetime) -> None:
    """The leader does not know this person. The account stays, and so does its panic button. Raises NotWaiting."""
    _needs_word(resident)
    resident.rejected_at, resident.rejection = at, reason
    audit.record(leader, "resident_rejected", subject(resident), reason=reason)


def connect(sign_up: Resident, registered: Resident, leader: User) -> None:
    """Give the sign-up's account to a registered resident without one.

    Raises NotWaiting, also when `registered` has an account by now; NikTaken.
    """
    _needs_word(sign_up)
    if registered.state != "verified" or registered.user_id is not None:
        raise NotWaiting
    user, household = sign_up.user, sign_up.household
    if sign_up.needs_consent_at:
        registered.needs, registered.health = sign_up.needs, sign_up.health
        registered.needs_consent_at = sign_up.needs_consent_at
    nik = registered.nik or sign_up.nik
    sign_up.user = None
    db.session.delete(sign_up)
    rules.drop_if_empty(household)
    with rules.one_nik_each():
        registered.user, registered.phone = user, user.phone if user else sign_up.phone
        registered.claim_hash = registered.claim_expires_at = None
        if registered.nik is None:
            registered.nik = nik
    audit.record(leader, "resident_verified", subject(registered), connected=str(sign_up.id))


def _needs_word(resident: Resident) -> None:
    if resident.state not in ("waiting", "rejected"):
        raise NotWaiting
