"""Reports that wait too long for the agency's first answer: its officers are told once."""

from datetime import datetime, timedelta

from sqlalchemy import select

from meteor.hazards.desk import WAITS
from meteor.hazards.models import HazardReport
from meteor.hazards.rules import TARGET
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.work import within_share

REMEMBERED = timedelta(days=1)
"""Age after which nobody is told any more."""

BATCH = 50


def tell_late(at: datetime) -> bool:
    """Tell the hazard officers of each report that waits longer than TARGET, once. True if there are more."""
    told = select(Notice.id).where(Notice.key == "hazard_waiting:" + HazardReport.number + ":").exists()
    query = (
        select(HazardReport)
        .where(
            WAITS,
            HazardReport.reported_at.between(at - REMEMBERED, at - TARGET),
            HazardReport.answered_at.is_(None),
            ~told,
        )
        .order_by(HazardReport.reported_at)
        .limit(BATCH + 1)
    )
    late = db.session.scalars(query).all()
    done = 0
    for report in within_share(late[:BATCH]):
        address = f"/hazards/desk/{report.number}"
        notices.tell(report.waiting_key, "hazard_waiting", address, role="hazard_officer", number=report.number)
        done += 1
    return done < len(late)
