"""Columns of our own types: what comes back of what was stored."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import literal, select

from meteor.store.database import db
from meteor.store.moments import WIB
from meteor.store.types import Moment
from tests.cast import Cast

NIGHT = datetime(2026, 12, 1, 0, 30, tzinfo=WIB)


@pytest.mark.parametrize("moment", [NIGHT, NIGHT + timedelta(microseconds=7), None])
def test_a_moment_comes_back_in_utc(cast: Cast, moment: datetime | None) -> None:
    found = db.session.scalar(select(literal(moment, Moment())))
    assert found == moment
    assert found is None or found.tzinfo is UTC
