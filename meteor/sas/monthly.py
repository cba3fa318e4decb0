"""The test that premises are asked for once a month, and what comes of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from meteor.accounts.models import User
from meteor.notices import rules as notices
from meteor.premises.models import Premises
from meteor.sas.models import MonthlyTest, Panel
from meteor.store.database import db, execute, insert_once
from meteor.store.moments import WIB

BUTTON = "button"
"""The web button's key in `detail["arrived"]`; panels are there by id, each with its moment (ISO, UTC)."""

TESTERS = frozenset({"business", "admin"})


def month_of(at: datetime) -> str:
    """The month that it is in the city: "2026-11"."""
    return at.astimezone(WIB).strftime("%Y-%m")


def come_round(at: datetime) -> None:
    """Mark unanswered tests of past months as missed, and ask all premises once in a new month."""
    month = month_of(at)
    over = update(MonthlyTest).where(MonthlyTest.month < month, MonthlyTest.result == "asked")
    for test in db.session.scalars(over.values(result="missed").returning(MonthlyTest)).all():
        _tell_missed(test, at)
    asked = select(MonthlyTest.premises_id).where(MonthlyTest.month == month)
    for premises in db.session.scalars(select(Premises).where(Premises.active, Premises.id.not_in(asked))):
        if month_of(premises.created_at) < month and (premises.users or active_panels(premises)):
            _ask(premises, month, at)


def of_premises(premises: Premises, most: int = 24) -> Sequence[MonthlyTest]:
    """The monthly tests of the premises, newest first."""
    query = select(MonthlyTest).where(MonthlyTest.premises_id == premises.id).order_by(MonthlyTest.month.desc())
    return db.session.scalars(query.limit(most)).all()


def unheard(test: MonthlyTest) -> list[Panel]:
    """The active panels of which no alarm has arrived in this month's test."""
    arrived = test.detail.get("arrived", {})
    return [panel for panel in active_panels(test.premises) if str(panel.id) not in arrived]


def active_panels(premises: Premises) -> Sequence[Panel]:
    """The panels from which alarms are taken, by account."""
    query = select(Panel).where(Panel.premises_id == premises.id, Panel.active).order_by(Panel.account)
    return db.session.scalars(query).all()


def note(premises: Premises, source: str, tester: User, at: datetime) -> None:
    """An alarm of `source` (a panel's id or BUTTON) arrived that `tester` let be a test.

    That is the month's test if the tester is of the business or an administrator, whether or not it was asked for yet.
    It is passed when every active panel has been heard, or the button where there is no panel.
    """
    month = month_of(at)
    if not tester.has(*TESTERS):
        return
    execute(insert_once(MonthlyTest), premises_id=premises.id, month=month, result="asked", asked_at=at, detail={})
    test = db.session.scalars(
        select(MonthlyTest)
        .where(MonthlyTest.premises_id == premises.id, MonthlyTest.month == month)
        .execution_options(populate_existing=True)
    ).one()
    arrived = test.detail.get("arrived", {})
    if source not in arrived:
        test.detail = test.detail | {"arrived": arrived | {source: at.isoformat()}}
    if test.result == "asked" and not unheard(test) and (active_panels(premises) or BUTTON in test.detail["arrived"]):
        test.result, test.done_at = "passed", at
        notices.acknowledge_all(_key(premises, month), tester, at)
    db.session.flush()


def _ask(premises: Premises, month: str, at: datetime) -> None:
    """Tell its users that the test is due; where there are none the administrators, who can do it too."""
    execute(insert_once(MonthlyTest), premises_id=premises.id, month=month, result="asked", asked_at=at, detail={})
    key, where, name = _key(premises, month), _page(premises), premises.name
    for member in premises.users:
        notices.tell(f"{key}{member.user_id}", "monthly_test", where, user_id=member.user_id, premises=name)
    if not premises.users:
        notices.tell(f"{key}admin", "monthly_test", where, role="admin", premises=name)


def _tell_missed(test: MonthlyTest, at: datetime) -> None:
    """Mark a test as missed, and notify the administrators: an alarm from there may not arrive."""
    premises = test.premises
    notices.acknowledge_all(_key(premises, test.month), None, at)
    key = f"monthly-missed:{premises.id}:{test.month}"
    notices.tell(key, "monthly_missed", _page(premises), role="admin", premises=premises.name, month=test.month)


def _page(premises: Premises) -> str:
    return f"/premises/{premises.id}/tests"


def _key(premises: Premises, month: str) -> str:
    return f"monthly-test:{premises.id}:{month}:"
