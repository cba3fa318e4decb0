"""A flood from its first warning to the all-clear: Bagas writes, Ratna approves, those whom it touches are told."""

import re

import pytest
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices.models import Notice
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import reading
from meteor.warnings.models import HazardWarning
from tests.cast import Cast
from tests.conftest import Browser
from tests.warnings.drafting import typed
from tests.warnings.scenes import kelurahan, settle_in, tell_all

pytestmark = pytest.mark.both_databases


def publish(bagas: Browser, ratna: Browser, address: str, *names: str, **changed: str) -> HazardWarning:
    """Bagas writes a warning for these kelurahan, Ratna approves it, and the scheduler tells of it."""
    draft = bagas.post(address, data=typed(kelurahan=[kelurahan(name).id for name in names], **changed)).location
    as_read = re.search(r'name="seen" value="([^"]+)"', ratna.get(draft).text)
    assert as_read
    assert ratna.post(f"{draft}/approval", data={"seen": as_read[1]}).location == "/warnings/drafts"
    tell_all()
    db.session.expire_all()
    return db.session.scalars(select(HazardWarning).order_by(HazardWarning.id.desc()).limit(1)).one()


def notices(user: User) -> list[tuple[str, str, bool]]:
    """The kind of each notice of a user, where it leads to, and whether it waits to be acknowledged; oldest first."""
    mine = db.session.scalars(select(Notice).where(Notice.user_id == user.id).order_by(Notice.id))
    return [(it.kind, it.url, it.acknowledged_at is None) for it in mine]


def test_a_flood_from_its_first_warning_to_the_all_clear(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    settle_in(cast.slamet, "Sukabumi")
    new = "/warnings/drafts/new?hazard=flood"

    flood = publish(bagas, ratna, new, "Mayangan", "Sukabumi", severity="Extreme")
    first = f"/warnings/{flood.id}"
    assert notices(cast.sari) == notices(cast.slamet) == [("warning_extreme", first, True)]
    assert reading.current(now()) == [flood]

    smaller = publish(bagas, ratna, f"/warnings/drafts/new?about={flood.id}&is=update", "Sukabumi")
    second = f"/warnings/{smaller.id}"
    assert notices(cast.sari) == [("warning_extreme", first, False), ("warning_over", second, True)]
    assert notices(cast.slamet) == [("warning_extreme", first, False), ("warning", second, True)]
    assert reading.current(now()) == [smaller]

    address = f"/warnings/drafts/new?about={smaller.id}&is=all-clear"
    clear = publish(bagas, ratna, address, "Sukabumi", instruction_id="Warga boleh pulang.")
    third = f"/warnings/{clear.id}"
    assert notices(cast.sari)[2:] == []
    assert notices(cast.slamet)[1:] == [("warning", second, False), ("warning_over", third, True)]
    assert reading.current(now()) == []
    assert "Warga boleh pulang." in bagas.get(third).text
