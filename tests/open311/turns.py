"""Turns of the scheduler for forwarded hazards."""

from datetime import timedelta

from sqlalchemy import select

from meteor.hazards import handling
from meteor.hazards.models import HazardReport
from meteor.open311 import forwarding_queue, forwarding_status
from meteor.open311.forwarding_models import ForwardedReport
from meteor.open311.jobs import PARTNERS
from meteor.scheduler.delivery import deliver_to_partners
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.hazards.scenes import hazard


def verified(cast: Cast, **given: object) -> HazardReport:
    """A hazard that Bagas has verified."""
    report = hazard(cast, **given)  # type: ignore[arg-type]
    handling.verify(report, now(), cast.bagas)
    db.session.commit()
    return report


def tick(later: timedelta = timedelta()) -> None:
    """Hazards are gathered and sent."""
    while forwarding_queue.gather(now()):
        db.session.commit()
    deliver(later)


def ask(later: timedelta = timedelta()) -> None:
    """The endpoints are asked about the forwarded hazards."""
    while forwarding_status.gather(now() + later):
        db.session.commit()
    deliver(later)


def deliver(later: timedelta = timedelta()) -> None:
    """The outbox is emptied."""
    db.session.commit()
    while deliver_to_partners(PARTNERS, now() + later):
        pass
    db.session.rollback()
    db.session.expire_all()


def rows() -> list[ForwardedReport]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(ForwardedReport).order_by(ForwardedReport.id)))
