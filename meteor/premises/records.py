"""Premises, their contacts and users as people keep them: every change is in the audit log."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from meteor.accounts.models import User
from meteor.premises import hours
from meteor.premises.labels import DAYS
from meteor.premises.models import Contact, Premises, PremisesUser
from meteor.store import audit
from meteor.store.database import db

FIELDS = (
    "name", "kind", "address", "latitude", "longitude", "entrance_latitude", "entrance_longitude", "phone", "hazards",
    "active",
)  # fmt: skip

OWN_FIELDS = ("hazards", *DAYS)
"""Fields that the business itself may change."""

MOST_CONTACTS = 10


class NotUnique(Exception):
    """Other premises are called so."""


class TooManyContacts(Exception):
    """The premises have MOST_CONTACTS already."""


class NotABusiness(Exception):
    """This user has not the role of a business."""


def values_of(premises: Premises) -> dict[str, Any]:
    """The editable values of premises: FIELDS, and for each of DAYS its hours as text."""
    week = premises.opening_hours or [None] * len(DAYS)
    own = {name: getattr(premises, name) for name in FIELDS} | {"phone": premises.phone or ""}
    return own | {day: "" if spans is None else hours.spelled(spans) for day, spans in zip(DAYS, week, strict=True)}


def own_values_of(premises: Premises) -> dict[str, Any]:
    """Values that the business itself may change."""
    values = values_of(premises)
    return {name: values[name] for name in OWN_FIELDS}


def differ(
    premises: Premises, values: Mapping[str, Any], week: Sequence[hours.Day], contacts: Sequence[tuple[str, str]],
    users: Sequence[User],
) -> bool:  # fmt: skip
    """Whether premises have other values, hours, contacts (name and number, in order) or users; none given: as now."""
    wanted = Premises(**values, opening_hours=list(week))
    there = [(contact.name, contact.phone) for contact in premises.contacts]
    user_ids = {member.user_id for member in premises.users}
    other_people = (contacts and list(contacts) != there) or (users and {user.id for user in users} != user_ids)
    return bool(values_of(wanted) != values_of(premises) or other_people)


def save(premises: Premises, values: Mapping[str, Any], week: Sequence[hours.Day], actor: User | None) -> bool:
    """Give premises, or new ones, some values (of FIELDS) and opening hours; whether that changed anything.

    Raises NotUnique.
    """
    if "name" in values and named(values["name"]) not in (None, premises):
        raise NotUnique(values["name"])
    before = values_of(premises) if premises.id else {}
    for name in values.keys() & set(FIELDS):
        setattr(premises, name, values[name])
    premises.phone, premises.opening_hours = premises.phone or None, list(week)
    return audit.keep(premises, "premises", before, values_of, actor)


def named(name: str) -> Premises | None:
    """The premises that are called so, in small letters or capitals."""
    with db.session.no_autoflush:
        return db.session.scalar(select(Premises).where(func.lower(Premises.name) == name.lower()))


def contact_values(contact: Contact) -> dict[str, Any]:
    """The editable values of a contact: name, phone (E.164), position (from 1). No pass phrase."""
    return {"name": contact.name, "phone": contact.phone, "position": contact.position}


def save_contact(premises: Premises, contact: Contact, values: Mapping[str, Any], actor: User | None) -> bool:
    """Give a contact of the premises, or a new one, these values (contact_values); whether that changed anything.

    With a `pass_phrase` it is replaced, with an empty one taken away; without one it stays. The contact comes to its
    place in the calling order; the others move up or down. Raises TooManyContacts.
    """
    before = contact_values(contact) if contact in premises.contacts else {}
    if not before and len(premises.contacts) >= MOST_CONTACTS:
        raise TooManyContacts(premises.id)
    contact.name, contact.phone = values["name"], values["phone"]
    others = [other for other in premises.contacts if other is not contact]
    place = min(values["position"], len(others) + 1)
    _put_in_order(premises, [*others[: place - 1], contact, *others[place - 1 :]])
    after, phrase = contact_values(contact), values.get("pass_phrase")
    if phrase is not None:
        contact.pass_phrase = phrase or None
        db.session.flush()
        after |= {"pass_phrase": "***" if phrase else ""}
    action = "contact_changed" if before else "contact_added"
    return audit.record_change(actor, action, subject(premises), before, after)


def remove_contact(premises: Premises, contact: Contact, actor: User | None) -> None:
    """Remove this contact."""
    before = contact_values(contact)
    _put_in_order(premises, [other for other in premises.contacts if other is not contact])
    audit.record_change(actor, "contact_removed", subject(premises), before, {})


def contact_of(premises: Premises, contact_id: UUID) -> Contact | None:
    """The contact with this id, if it is one of the premises."""
    return next((contact for contact in premises.contacts if contact.id == contact_id), None)


def read_pass_phrases(premises: Premises, actor: User, incident: str) -> list[tuple[Contact, str]]:
    """Contacts in calling order, each with its pass phrase, empty without one.

    That they were read, and for which `incident` (its number), is in the audit log.
    """
    audit.record(actor, "pass_phrases_read", subject(premises), incident=incident)
    return [(contact, contact.pass_phrase or "") for contact in premises.contacts]


def add_user(premises: Premises, user: User, actor: User | None) -> None:
    """Let a user raise alarms for the premises and see them. Raises NotABusiness."""
    if not user.has("business"):
        raise NotABusiness(user.name)
    if not any(member.user_id == user.id for member in premises.users):
        premises.users.append(PremisesUser(user=user))
        db.session.flush()
        audit.record(actor, "premises_user_added", subject(premises), user=user.username)


def remove_user(premises: Premises, user_id: int, actor: User | None) -> None:
    """Remove a user from the premises, if the user belongs to them."""
    for member in [member for member in premises.users if member.user_id == user_id]:
        premises.users.remove(member)
        db.session.flush()
        audit.record(actor, "premises_user_removed", subject(premises), user=member.user.username)


def subject(premises: Premises) -> str:
    """The premises' subject in the audit log."""
    return f"premises:{premises.id}"


def _put_in_order(premises: Premises, contacts: list[Contact]) -> None:
    for position, contact in enumerate(contacts, start=1):
        contact.position = position
    premises.contacts = contacts
    db.session.flush()
