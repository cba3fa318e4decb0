"""Actions of citizens with reports of hazards: report, answer, add a photo, take back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select

from meteor.accounts.models import User
from meteor.accounts.roles import COMMAND_CENTRE
from meteor.hazards import alerting
from meteor.hazards.labels import FLOODS, WATER_LEVELS
from meteor.hazards.models import OPEN, HazardDay, HazardMessage, HazardPhoto, HazardReport
from meteor.hazards.photos import MOST_PHOTOS, Stored
from meteor.hazards.places import Found
from meteor.notices import rules as notices
from meteor.store.database import db
from meteor.store.day_numbers import next_number

TARGET = timedelta(minutes=15)
"""Time within which the disaster agency wants to answer."""

LONGEST_NOTE = 2000

LONGEST_OF_PARTNERS = 4000
"""Characters of a note from a partner's system: GeoReport v2 allows as many."""


@dataclass(frozen=True)
class IncomingHazard:
    """A report as its form said it. `severity` is 1 to 3, None if it was not said; `phone` (E.164) of no account.

    `client_id` is the partner's system that sent it, with the reporter's `name`. `water_level` (centimetres above the
    street) is one that was measured, not shown by the severity.

    `many` says that it is beyond a limit of its reporter, device or number: of an urgent one the dispatcher is told so.
    """

    id: UUID
    kind: str
    reporter_id: int | None
    phone: str = ""
    client_id: int | None = None
    name: str = ""
    severity: int | None = None
    water_level: int | None = None
    dangers: Sequence[str] = ()
    place: Found = field(default_factory=Found)
    note: str = ""
    photos: Sequence[Stored] = ()
    many: bool = False

    @property
    def urgent(self) -> bool:
        """Return whether it is an alert, too."""
        return alerting.is_urgent(self.kind, self.dangers)

    @property
    def longest_note(self) -> int:
        """Characters of the note that are kept."""
        return LONGEST_NOTE if self.client_id is None else LONGEST_OF_PARTNERS

    @property
    def water(self) -> int | None:
        """Centimetres of water, as measured, else as the severity of a flood shows."""
        shown = WATER_LEVELS[self.severity] if self.kind in FLOODS and self.severity else None
        return shown if self.water_level is None else self.water_level


class Closed(Exception):
    """The report's end leaves nothing to say, or to take back."""


def receive(incoming: IncomingHazard, at: datetime) -> HazardReport:
    """Store a report once for its UUID. What is urgent becomes an alert in the same transaction.

    A UUID that belongs to someone else's report is turned into another one, always the same for the same reporter.
    """
    report_id, known = id_of(incoming)
    if known:
        return known
    report = HazardReport(
        id=report_id, number=f"B-{next_number(HazardDay, at)}",  # B for bahaya (hazard)
        kind=incoming.kind, severity=incoming.severity, status="received",
        reporter_id=incoming.reporter_id, phone=incoming.phone, note=incoming.note[: incoming.longest_note],
        client_id=incoming.client_id, name=incoming.name, danger=" ".join(incoming.dangers),
        water_level=incoming.water, reported_at=at, **incoming.place.columns(),
    )  # fmt: skip
    db.session.add(report)
    report.messages.append(HazardMessage(kind="received", author_id=incoming.reporter_id, at=at))
    _append(report, incoming.photos)
    if incoming.urgent:
        cut = ["note_cut"] if len(incoming.note) > LONGEST_NOTE else []  # alerts have shorter notes than partners
        flags = [*incoming.dangers, *(["many_reports"] if incoming.many else []), *cut]
        report.alert_id = alerting.raise_alert(report, flags, incoming.place, at)
    db.session.flush()
    return report


def id_of(incoming: IncomingHazard) -> tuple[UUID, HazardReport | None]:
    """The UUID to store the report under, and the report if it was stored before."""
    known = db.session.get(HazardReport, incoming.id)
    if known is None or (known.reporter_id, known.phone) == (incoming.reporter_id, incoming.phone):
        return incoming.id, known
    own_id = uuid5(incoming.id, f"{incoming.reporter_id or incoming.phone}")
    return own_id, db.session.get(HazardReport, own_id)


def add(report: HazardReport, text: str, photos: Sequence[Stored], at: datetime, actor: User | None) -> None:
    """Keep what the reporter says, and photos, MOST_PHOTOS at most. A question is answered by it. Raises Closed."""
    _lock(report)
    if report.status not in OPEN:
        raise Closed(report.number)
    _append(report, photos)
    message = HazardMessage(kind="answered", text=text, author_id=actor.id if actor else None, at=at)
    report.messages.append(message)
    if report.status == "asked":
        report.status = "received"


def add_photos(report: HazardReport, photos: Sequence[Stored]) -> None:
    """Keep photos of a report that is stored already, MOST_PHOTOS at most."""
    _lock(report)
    _append(report, photos)


def withdraw(report: HazardReport, at: datetime, actor: User | None) -> None:
    """Take a report back that the agency has not answered, and that raised no alert. Raises Closed."""
    _lock(report)
    if not may_withdraw(report):
        raise Closed(report.number)
    report.status = "withdrawn"
    notices.acknowledge_all(report.waiting_key, actor, at)
    report.messages.append(HazardMessage(kind="withdrawn", author_id=actor.id if actor else None, at=at))


def may_withdraw(report: HazardReport) -> bool:
    """Return whether the reporter may take the report back. An alert is taken back on its own page.

    A report that stands for others stays, since they would leave the desk with it.
    """
    if report.status != "received" or report.answered_at is not None or report.alert_id is not None:
        return False
    return db.session.scalar(select(HazardReport.id).where(HazardReport.same_as_id == report.id).limit(1)) is None


def find(user: User, report_id: UUID) -> HazardReport | None:
    """The report, if `user` made it."""
    query = select(HazardReport).where(HazardReport.id == report_id, HazardReport.reporter_id == user.id)
    return db.session.scalar(query)


def find_photo(user: User, photo_id: int) -> HazardPhoto | None:
    """A photo, if `user` made its report, or decides about reports or alerts."""
    query = select(HazardPhoto).where(HazardPhoto.id == photo_id)
    if not user.has("hazard_officer", *COMMAND_CENTRE):
        query = query.join(HazardReport).where(HazardReport.reporter_id == user.id)
    return db.session.scalar(query)


def _lock(report: HazardReport) -> None:
    """Read the report again, as nobody else can change it until the commit."""
    db.session.refresh(report, with_for_update={"of": HazardReport})  # its kelurahan is joined, and not locked


def _append(report: HazardReport, photos: Sequence[Stored]) -> None:
    for photo in photos[: MOST_PHOTOS - len(report.photos)]:
        report.photos.append(HazardPhoto(name=photo.name, width=photo.width, height=photo.height))
