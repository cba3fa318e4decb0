"""Where a unit's position comes from stands beside its age."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from meteor.agencies import avl as crews
from meteor.agencies import positions
from meteor.agencies.models import Unit
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import on_duty, report
from tests.trackers.phones import METRE, Phone

AsUser = Callable[[str], Browser]
NEAR = HOME[0] + 900 * METRE


def by_tracker(phone: Phone) -> None:
    phone.owntracks(900)


def by_tablet(phone: Phone) -> None:
    positions.report_position(phone.cast.unit("TRAIL-01"), NEAR, HOME[1], 5, now(), now())


def by_crew(phone: Phone) -> None:
    crews.arrive(phone.cast.unit("TRAIL-01"), NEAR, HOME[1], now())


def at_base(phone: Phone) -> None:
    positions.report_position(phone.cast.unit("TRAIL-01"), NEAR, HOME[1], 5, now(), now())
    old = now() - timedelta(minutes=11)
    db.session.execute(update(Unit).where(Unit.call_sign == "TRAIL-01").values(at_base=True, position_at=old))


@pytest.mark.parametrize(
    ("says", "words"),
    [(by_tracker, "pelacak"), (by_tablet, "tablet"), (by_crew, "menurut awak"), (at_base, "pos")],
)
def test_the_source_of_a_position_stands_beside_its_age(
    phone: Phone, cast: Cast, as_user: AsUser, says: Callable[[Phone], None], words: str
) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    says(phone)
    incident = report(cast)
    db.session.commit()
    agus, komang = as_user("agus"), as_user("komang")
    for page in (agus.get("/unit/strip"), agus.get("/unit"), komang.get(f"/incidents/{incident.number}/units")):
        assert f"<small>{words}</small>" in page.text


def test_a_new_source_is_shown_to_who_polls(phone: Phone, cast: Cast, as_user: AsUser) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    positions.report_position(cast.unit("TRAIL-01"), HOME[0], HOME[1], 5, now() - timedelta(seconds=5), now())
    incident = report(cast)
    komang = as_user("komang")
    page = komang.get(f"/incidents/{incident.number}/units")
    version = page.text.partition('data-version="')[2].partition('"')[0]
    address = f"/incidents/{incident.number}/units?v={version}"
    assert komang.get(address).status_code == 204
    phone.owntracks(0)
    assert "<small>pelacak</small>" in komang.get(address).text
