"""A citizen's emergency contacts, and the messages that lead them to an alert."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from meteor.accounts import gateway, phone_codes, phone_messages
from meteor.accounts.models import User
from meteor.alerts.models import Alert
from meteor.panic.models import AlertShare, EmergencyContact
from meteor.store import outbox
from meteor.store.database import db, only_reading
from meteor.store.quotas import Limit

MOST = 3
"""Highest number of contacts of one citizen."""

CHANGES = Limit("contacts", 30, _l("changes of your contacts"))
MESSAGED = Limit("contact_messages", 5, _l("alerts of which your contacts get messages"))

TOPIC = "contact_message"


class TooMany(Exception):
    """The citizen has MOST contacts already."""


class AlreadyThere(Exception):
    """The citizen has a contact with this number already."""


class NotSent(Exception):
    """There is nobody to send a message to, or the messages about this alert went out before."""


def of(user: User) -> Sequence[EmergencyContact]:
    """The contacts of `user`, in the order in which they were added."""
    own = select(EmergencyContact).where(EmergencyContact.user_id == user.id)
    return db.session.scalars(own.order_by(EmergencyContact.id)).all()


def add(user: User, name: str, phone: str) -> EmergencyContact:
    """Add a contact. `phone` in E.164. Raises TooMany, AlreadyThere."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())  # one after the other
    known = of(user)
    if any(contact.phone == phone for contact in known):
        raise AlreadyThere
    if len(known) >= MOST:
        raise TooMany
    contact = EmergencyContact(user_id=user.id, name=name, phone=phone)
    db.session.add(contact)
    return contact


def find(user: User, contact_id: int) -> EmergencyContact | None:
    """The contact with this id, if it is the user's own."""
    own = EmergencyContact.id == contact_id, EmergencyContact.user_id == user.id
    return db.session.scalar(select(EmergencyContact).where(*own))


def share_of(alert: Alert) -> AlertShare:
    """Return what followers of `alert` may see; a new row is not yet in the session."""
    return db.session.get(AlertShare, alert.id) or AlertShare(alert_id=alert.id, with_place=False)


def show_place(alert: Alert, shown: bool) -> None:
    """Let followers of `alert` see its place, or no longer."""
    db.session.execute(select(Alert.id).where(Alert.id == alert.id).with_for_update())  # two at once make one row
    share = share_of(alert)
    share.with_place = shown
    db.session.add(share)


def message(alert: Alert, user: User, url: str, at: datetime) -> int:
    """Leave a message to each contact of the reporter in the outbox, once for each alert. Returns how many.

    `url` is where contacts follow the alert. Raises NotSent, LimitReached.
    """
    db.session.execute(select(Alert.id).where(Alert.id == alert.id).with_for_update())
    share, contacts = share_of(alert), of(user)
    if share.messaged_at or not contacts:
        raise NotSent
    share.messaged_at = at
    db.session.add(share)
    for contact in contacts:
        phone_codes.count_message(at)
        key = f"{TOPIC}:{alert.id}:{contact.id}"
        outbox.put(
            key, TOPIC, destination=phone_messages.DESTINATION, urgency=outbox.RINGING, contact=contact.id,
            alert=str(alert.id), url=url,
        )  # fmt: skip
    return len(contacts)


def deliver(payload: dict[str, Any], at: datetime) -> None:
    """Give the gateway a message to a contact, while the alert is open and the contact is there."""
    with only_reading():
        contact = db.session.get(EmergencyContact, payload["contact"])
        alert = db.session.get(Alert, UUID(payload["alert"]))
        number = text = ""
        if contact and alert and contact.user_id == alert.reporter_id and alert.incident.is_open:
            number, text = contact.phone, text_for(alert, payload["url"])
        db.session.expunge_all()
    if number and gateway.connected():
        phone_messages.deliver(number, text)


def text_for(alert: Alert, url: str) -> str:
    """The message that leads a contact to `alert`, in its reporter's language."""
    reporter = db.session.get_one(User, alert.reporter_id)
    quiet = alert.incident.silent or alert.incident.confidential
    with force_locale(reporter.language):
        words = {"name": reporter.name, "url": url}
        said = _("%(name)s has raised an emergency alert in METEOR. Follow it here: %(url)s", **words)
        return f"{said} {_('Do not call: it may be dangerous.')}" if quiet else said
