"""How SQLite answers what readers of Open311 ask: never through all reports."""

import pytest
from flask import Flask

from meteor.store.database import READER, db, hang_up
from tests.open311.sent import reported
from tests.partners import Partner
from tests.store.plans import scans, statements

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_no_search_reads_through_all_reports(app: Flask, lapor: Partner) -> None:
    number, token = reported(lapor).number, lapor.token
    db.session.commit()
    hang_up()
    with statements(db.engine, db.engines[READER]) as asked:
        for key in ({}, {"api_key": token}):
            for query in ({}, {"status": "closed"}, {"service_request_id": number}):
                assert (
                    app.test_client().get("/open311/v2/requests.json", query_string={**key, **query}).json is not None
                )
            app.test_client().get(f"/open311/v2/requests/{number}.json", query_string=key)
    assert any("FROM hazard_reports" in sql for sql in asked)
    assert scans(db.engine, dict(asked)) == {}
