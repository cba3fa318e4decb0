"""Retention: what is forgotten, when, and what never is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from meteor.accounts.jobs import forget_invitations
from meteor.accounts.models import Invitation
from meteor.accounts.rules import accept_invitation, invite
from meteor.alerts.followup import add_fix
from meteor.alerts.jobs import forget_fixes
from meteor.alerts.models import Alert, AlertFix
from meteor.dispatch import rules
from meteor.notices.jobs import forget_notices
from meteor.notices.models import Notice
from meteor.notices.rules import acknowledge, tell
from meteor.residents.jobs import forget_claims
from meteor.residents.models import Resident
from meteor.store.database import Base, db
from meteor.store.moments import now
from tests.cast import Cast
from tests.scheduler.conftest import Press

pytestmark = pytest.mark.both_databases


def count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def days(number: float) -> datetime:
    return now() + timedelta(days=number)


def test_invitations_are_forgotten_30_days_after_they_were_used_or_ran_out(cast: Cast) -> None:
    used, unused = db.session.get_one(Invitation, invited(cast, "sari")), invited(cast, "wahyu")
    accept_invitation(used, "a long password")
    forget_invitations(days(29))
    assert count(Invitation) == 2
    forget_invitations(days(31))
    assert set(db.session.scalars(select(Invitation.id))) == {unused}
    forget_invitations(days(38))
    assert count(Invitation) == 0


def invited(cast: Cast, who: str) -> int:
    invite(getattr(cast, who))
    db.session.commit()
    return db.session.scalars(select(func.max(Invitation.id))).one()


def test_a_claim_code_is_forgotten_when_its_time_is_over_and_its_date_stays(cast: Cast) -> None:
    resident = db.session.scalars(select(Resident).limit(1)).one()
    resident.claim_hash, resident.claim_expires_at = "0" * 64, days(7)
    db.session.flush()
    forget_claims(days(6))
    assert resident.claim_hash
    forget_claims(days(8))
    db.session.refresh(resident)
    assert resident.claim_hash is None
    assert resident.claim_expires_at is not None


def test_a_notice_is_forgotten_90_days_after_somebody_acknowledged_it_and_never_before(cast: Cast) -> None:
    tell("a", "held", "/", role="call_taker")
    tell("b", "held", "/", role="call_taker")
    acknowledge(db.session.scalars(select(Notice.id).where(Notice.key == "a")).one(), cast.maya, now())
    forget_notices(days(89))
    assert count(Notice) == 2
    forget_notices(days(91))
    assert list(db.session.scalars(select(Notice.key))) == ["b"]


def test_where_a_phone_went_is_forgotten_90_days_after_closing_and_the_alert_stays(press: Press, cast: Cast) -> None:
    incident = press()
    alert = db.session.scalars(select(Alert)).one()
    add_fix(alert, -7.7338, 113.2167, 5.0, now())
    forget_fixes(days(400))
    assert count(AlertFix) == 1  # the incident is open
    rules.close(incident, "helped", "", now(), cast.komang)
    forget_fixes(days(89))
    assert count(AlertFix) == 1
    forget_fixes(days(91))
    assert (count(AlertFix), count(Alert)) == (0, 1)
