"""Reports that wait too long for the agency: for its answer, or for its word that the hazard goes on."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, func, select

from meteor.hazards.desk import WAITS
from meteor.hazards.models import HazardMessage, HazardReport
from meteor.hazards.question_answers import first_answers
from meteor.hazards.rules import TARGET
from meteor.notices import rules as notices
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.work import within_share

REMEMBERED = timedelta(days=1)
"""Age after which nobody is told any more."""

LASTING = timedelta(hours=24)
"""Time without a message after which the agency is asked whether a verified hazard is still there."""

BATCH = 50


def tell_late(at: datetime) -> bool:
    """Tell the hazard officers of each report that waits longer than TARGET. True if there are more.

    They are told once, and once more for each question whose answer waits as long.
    """
    fresh, answered = _tell_new(at), _tell_answered(at)
    return fresh or answered


def next_late(at: datetime) -> datetime | None:
    """Moment from which the oldest untold report or answer is late."""
    answers, answered_at = _untold_answers()
    reports, since = select(func.min(HazardReport.reported_at)).where(*_UNTOLD), at - REMEMBERED
    first = [
        db.session.scalar(reports.where(HazardReport.reported_at >= since)),
        db.session.scalar(answers.where(answered_at >= since).with_only_columns(func.min(answered_at))),
    ]
    return min((moment + TARGET for moment in first if moment), default=None)


def _tell_new(at: datetime) -> bool:
    """Tell of reports without a first answer of the agency. True if there are more."""
    late = db.session.scalars(
        select(HazardReport)
        .where(*_UNTOLD, HazardReport.reported_at.between(at - REMEMBERED, at - TARGET))
        .order_by(HazardReport.reported_at)
        .limit(BATCH + 1)
    ).all()
    done = 0
    for report in within_share(late[:BATCH]):
        address = f"/hazards/desk/{report.number}"
        notices.tell(report.waiting_key, "hazard_waiting", address, role="hazard_officer", number=report.number)
        done += 1
    return done < len(late)


def _tell_answered(at: datetime) -> bool:
    """Tell of reports whose reporters have answered a question. True if there are more."""
    answers, answered_at = _untold_answers()
    query = answers.where(answered_at.between(at - REMEMBERED, at - TARGET)).order_by(answered_at).limit(BATCH + 1)
    late = db.session.execute(query).all()
    done = 0
    for report, message_id in within_share(late[:BATCH]):
        of_answer, address = f"{report.waiting_key}answer:{message_id}", f"/hazards/desk/{report.number}"
        notices.tell(of_answer, "hazard_waiting", address, role="hazard_officer", number=report.number)
        done += 1
    return done < len(late)


def _untold_answers() -> tuple[Select[HazardReport, int], ColumnElement[datetime]]:
    """Reports with the id of an answer of which nobody was told yet, and its moment."""
    answer = first_answers()
    key = "hazard_waiting:" + HazardReport.number + ":answer:" + cast(answer.c.message_id, String)
    reports = select(HazardReport, answer.c.message_id).join(answer, answer.c.report_id == HazardReport.id)
    return reports.where(~select(Notice.id).where(Notice.key == key).exists()), answer.c.at


def ask_if_over(at: datetime) -> bool:
    """Ask the hazard officers about each verified hazard without a message for LASTING, once. True if there are more.

    Messages about the joined reports count too. The key names the newest message, so that each later silence asks anew.
    """
    hazard = func.coalesce(HazardReport.same_as_id, HazardReport.id)
    lasting = (
        select(hazard.label("hazard"), func.max(HazardMessage.id).label("newest"))
        .join(HazardMessage, HazardMessage.report_id == HazardReport.id)
        .where(HazardReport.status == "verified")
        .group_by(hazard)
        .having(func.max(HazardMessage.at) <= at - LASTING)
        .subquery()
    )
    key = "hazard_waiting:" + HazardReport.number + ":still:" + cast(lasting.c.newest, String)
    query = (
        select(HazardReport, lasting.c.newest)
        .join(lasting, lasting.c.hazard == HazardReport.id)
        .where(~select(Notice.id).where(Notice.key == key).exists())
        .order_by(HazardReport.reported_at)
        .limit(BATCH + 1)
    )
    silent = db.session.execute(query).all()
    done = 0
    for report, newest in within_share(silent[:BATCH]):
        beginning, address = f"{report.waiting_key}still:", f"/hazards/desk/{report.number}"
        notices.acknowledge_all(beginning, None, at)  # of an earlier silence
        notices.tell(f"{beginning}{newest}", "hazard_lasting", address, role="hazard_officer", number=report.number)
        done += 1
    return done < len(silent)


_UNTOLD = (
    WAITS,
    HazardReport.answered_at.is_(None),
    ~select(Notice.id).where(Notice.key == "hazard_waiting:" + HazardReport.number + ":").exists(),
)
"""Conditions: a report waits for a first answer of the agency, and nobody was told yet that it waits long."""
