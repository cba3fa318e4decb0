"""How SQLite finds what is forwarded and asked about: never through all reports."""

import pytest

from meteor.clients.models import ApiClient
from meteor.open311 import endpoints
from meteor.store.database import READER, db, hang_up
from meteor.store.moments import now
from tests.cast import Cast
from tests.open311.conftest import AddEndpoint
from tests.open311.georeport import Agency
from tests.open311.turns import ask, tick, verified
from tests.store.plans import scans, statements

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_no_turn_reads_through_all_reports(cast: Cast, agency: Agency, add_endpoint: AddEndpoint) -> None:
    client = ApiClient(name="Siab Maspro")
    db.session.add(client)
    db.session.flush()
    endpoint = add_endpoint(agency.url, client_id=client.id)
    verified(cast)
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        tick()
        ask()
        moved = endpoints.values_of(endpoint) | {"url": "https://8.8.8.8/v2"}
        endpoints.save(endpoint, moved, "", now(), cast.tuti)
        db.session.commit()
    assert any("FROM hazard_reports" in sql for sql in asked)
    assert any("UPDATE forwarded_reports" in sql for sql in asked)
    assert scans(db.engine, dict(asked)) == {}
