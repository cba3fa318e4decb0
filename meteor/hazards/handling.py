"""Decisions of the disaster agency about a report. Of two who decide at once the first wins, the other is told who."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, update

from meteor.accounts.models import User
from meteor.hazards.clusters import incident_of, parts, stands_for_both
from meteor.hazards.models import OPEN, WAITING, HazardMessage, HazardReport
from meteor.notices import rules as notices
from meteor.store import audit
from meteor.store.database import db, guarded_update

TOLD = {kind: f"hazard_{kind}" for kind in ("asked", "verified", "rejected", "resolved", "incident")}
"""Kinds of messages of which the reporter has a notice, with the kind of the notice."""


class TooLate(Exception):
    """Somebody else has decided about the report before."""


class CannotAnswer(Exception):
    """A partner sent the report: its reporter reads no question, or has no way to answer it."""


class SameReport(Exception):
    """A report cannot be of the same hazard as itself."""


def verify(report: HazardReport, at: datetime, actor: User) -> None:
    """Verify the hazard and the reports joined to it. Raises TooLate."""
    _decide(report, "verified", "", at, actor, HazardReport.status.in_(WAITING))


def ask(report: HazardReport, question: str, at: datetime, actor: User) -> None:
    """Ask the reporter; again only once they have answered, when the report waits again.

    Raises TooLate or CannotAnswer.
    """
    if report.client_id is not None:
        raise CannotAnswer
    _decide(report, "asked", question, at, actor, HazardReport.status == "received", alone=True)


def reject(report: HazardReport, reason: str, at: datetime, actor: User) -> None:
    """Reject the report and those joined to it, for a reason that their reporters read. Raises TooLate."""
    _decide(report, "rejected", reason, at, actor, HazardReport.status.in_(WAITING))


def resolve(report: HazardReport, words: str, at: datetime, actor: User) -> None:
    """End a verified hazard. Raises TooLate."""
    _decide(report, "resolved", words, at, actor, HazardReport.status == "verified")


def confirm(report: HazardReport, at: datetime, actor: User) -> None:
    """Confirm that a verified hazard is still there. Raises TooLate."""
    goes_on = HazardReport.same_as_id.is_(None) & (HazardReport.status == "verified")
    if not guarded_update(HazardReport, HazardReport.id == report.id, goes_on, status="verified"):
        raise TooLate
    for each in (report, *parts(report)):
        say(each, "confirmed", "", at, actor)
    audit.record(actor, "hazard_confirmed", subject(report))


def join(report: HazardReport, other: HazardReport, at: datetime, actor: User) -> HazardReport:
    """Join two reports of one hazard; returns the one that stands for both. Raises SameReport or TooLate."""
    if report.id == other.id:
        raise SameReport
    db.session.refresh(report)
    db.session.refresh(other)
    main = stands_for_both(report, other)
    part = other if main is report else report
    alone = HazardReport.same_as_id.is_(None) & HazardReport.status.in_(OPEN)
    joined = [part, *parts(part)]
    if part.status == "verified" and main.status in WAITING:
        verify(main, at, actor)
    answered = func.coalesce(HazardReport.answered_at, at)  # what others are joined to is not taken back
    if not guarded_update(HazardReport, HazardReport.id == main.id, alone, answered_at=answered):
        raise TooLate
    if not guarded_update(HazardReport, HazardReport.id == part.id, alone, same_as_id=main.id):
        raise TooLate
    say(main, "same", part.number, at, actor)
    for each in joined:
        _follow(each, main, at, actor)
    audit.record(actor, "hazard_joined", subject(part), main=main.number)
    return main


def separate(report: HazardReport, at: datetime, actor: User) -> None:
    """Separate a report of another hazard: it waits again. Raises TooLate."""
    db.session.refresh(report)
    main = report.same_as
    if main is None:
        raise TooLate
    raised = incident_of(main)
    shared = {main.incident_id, raised.id if raised else None}
    own = None if report.incident_id in shared else report.incident_id
    joined = HazardReport.same_as_id == main.id
    values = {"same_as_id": None, "status": "received", "incident_id": own, "answered_at": None}
    if not guarded_update(HazardReport, HazardReport.id == report.id, joined, **values):
        raise TooLate
    say(report, "separated", main.number, at, actor)
    key, address = f"{report.waiting_key}again:", f"/hazards/desk/{report.number}"
    notices.tell_anew(key, "hazard_separated", address, role="hazard_officer", number=report.number)
    audit.record(actor, "hazard_separated", subject(report), main=main.number)


def _decide(
    report: HazardReport, status: str, text: str, at: datetime, actor: User, before: ColumnElement[bool],
    *, alone: bool = False,
) -> None:  # fmt: skip
    """Change the status if it still is as `before` says, also that of the joined reports unless it is `alone`."""
    answered = func.coalesce(HazardReport.answered_at, at)
    is_main = HazardReport.same_as_id.is_(None)
    if not guarded_update(
        HazardReport, HazardReport.id == report.id, is_main, before, status=status, answered_at=answered
    ):
        raise TooLate
    told: Sequence[HazardReport] = [] if alone else parts(report)
    if told:
        db.session.execute(
            update(HazardReport)
            .where(HazardReport.same_as_id == report.id)
            .values(status=status, answered_at=answered)
            .execution_options(synchronize_session=False)
        )
    for each in (report, *told):
        db.session.refresh(each)
        say(each, status, text, at, actor)
    audit.record(actor, f"hazard_{status}", subject(report))


def _follow(part: HazardReport, main: HazardReport, at: datetime, actor: User) -> None:
    """Let a joined report be of the hazard that `main` stands for."""
    raised = incident_of(main)
    verified = main.status == "verified" and part.status != "verified"
    part.same_as_id, part.answered_at = main.id, part.answered_at or at
    part.incident_id = part.incident_id or (raised.id if raised else None)
    say(part, "same", main.number, at, actor)
    if verified:
        part.status = "verified"
        say(part, "verified", "", at, actor)


def say(report: HazardReport, kind: str, text: str, at: datetime, actor: User) -> None:
    """Keep what happened for the reporter to read, tell them, and end the notice that the report waits."""
    message = HazardMessage(report_id=report.id, kind=kind, text=text, author_id=actor.id, at=at)
    db.session.add(message)
    db.session.flush()
    notices.acknowledge_all(report.waiting_key, actor, at)
    if report.reporter_id is not None and kind in TOLD:
        address = f"/hazards/reports/{report.id}"
        key = f"hazard:{report.number}:{message.id}"
        notices.tell(key, TOLD[kind], address, user_id=report.reporter_id, number=report.number)


def subject(report: HazardReport) -> str:
    """The report as the audit log names it."""
    return f"hazard_reports:{report.id}"
