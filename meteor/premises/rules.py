"""Premises that a user may see and raise alarms for."""

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from meteor.accounts.models import User
from meteor.premises.models import Premises, PremisesUser
from meteor.store.database import db


def owned_by(user: User) -> Select[Premises]:
    """The active premises that `user` may raise an alarm for."""
    return select(Premises).where(_own(user))


def owns_several(user: User) -> bool:
    """Return whether `user` may raise alarms for more than one of the active premises."""
    return len(db.session.scalars(owned_by(user).with_only_columns(Premises.id).limit(2)).all()) > 1


def kept_by(user: User) -> Select[Premises]:
    """The premises about which `user` knows everything: a business its own while they are active, the admin all."""
    everything = true() if user.has("admin") else false()
    return select(Premises).where(or_(everything, _own(user)))


def find(user: User, premises_id: int) -> Premises | None:
    """Return these premises as the database has them now, if `user` keeps them."""
    query = kept_by(user).where(Premises.id == premises_id).execution_options(populate_existing=True)
    return db.session.scalar(query)


def _own(user: User) -> ColumnElement[bool]:
    if not user.has("business"):
        return false()
    return Premises.active & Premises.id.in_(select(PremisesUser.premises_id).where(PremisesUser.user_id == user.id))
