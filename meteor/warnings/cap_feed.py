"""The agency's own warnings for machines: which there are, and their Atom feed (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import undefer

from meteor.store.database import db
from meteor.warnings import reading
from meteor.warnings.cap_xml import cap_time, clean
from meteor.warnings.hazard_texts import SENDER_NAME
from meteor.warnings.models import HazardWarning, WarningDraft

KEPT = timedelta(days=7)
"""Time for which the feed names a message that holds no longer."""

CAP, ATOM = "application/cap+xml", "application/atom+xml"
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def named(identifier: str) -> HazardWarning | None:
    """The warning of ours with this identifier, with its message. Messages of others are served by their senders."""
    ours = select(HazardWarning).join(WarningDraft, WarningDraft.warning_id == HazardWarning.id)
    query = ours.where(HazardWarning.identifier == identifier).options(undefer(HazardWarning.xml))
    return db.session.scalar(query)


def listed(at: datetime) -> Sequence[HazardWarning]:
    """The warnings of ours that hold, and all of the last seven days, newest first."""
    ours = select(HazardWarning).join(WarningDraft, WarningDraft.warning_id == HazardWarning.id)
    recent = or_(HazardWarning.sent >= at - KEPT, and_(*reading.may_hold(at)))
    return db.session.scalars(ours.where(recent).order_by(HazardWarning.sent.desc(), HazardWarning.id.desc())).all()


def updated(warnings: Sequence[HazardWarning]) -> datetime:
    """Return the moment at which the newest of the warnings was sent."""
    return max((each.sent for each in warnings), default=BEFORE_ALL)


def feed(warnings: Sequence[HazardWarning], site: str) -> bytes:
    """The Atom feed of warnings, in UTF-8; `site` is the address of METEOR without a slash at its end."""
    root, own = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "id"}), f"{site}/cap/feed.xml"
    _add(root, "id", own)
    _add(root, "title", f"Peringatan {SENDER_NAME}")
    _add(root, "updated", cap_time(updated(warnings)))
    _add(SubElement(root, "author"), "name", SENDER_NAME)
    SubElement(root, "link", rel="self", type=ATOM, href=own)
    root.extend(_entry(warning, site) for warning in warnings)
    indent(root)
    return tostring(root, encoding="UTF-8", xml_declaration=True)


def _entry(warning: HazardWarning, site: str) -> Element:
    entry, texts = Element("entry"), warning.texts["id"]
    message = f"{site}/cap/{warning.identifier}.xml"
    _add(entry, "id", message)
    _add(entry, "title", texts["headline"])
    _add(entry, "updated", cap_time(warning.sent))
    _add(entry, "published", cap_time(warning.sent))
    _add(entry, "summary", texts["description"])
    SubElement(entry, "link", rel="alternate", type=CAP, href=message)
    SubElement(entry, "link", rel="related", type="text/html", href=f"{site}/warnings/{warning.id}")
    return entry


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = clean(text)
