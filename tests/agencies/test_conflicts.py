"""A action that cannot be done as things stand: nothing of it is left, and its words reach whoever asked."""

import pytest
from flask import Flask, get_flashed_messages
from werkzeug.exceptions import Conflict

from meteor.store.database import db
from meteor.web.conflicts import conflict
from tests.cast import Cast

pytestmark = pytest.mark.both_databases


def test_what_was_begun_is_undone_before_anything_else_is_said(app: Flask, cast: Cast) -> None:
    with app.test_request_context("/unit", method="POST"):
        cast.unit("TRAIL-01").status = "on_scene"
        db.session.flush()
        answer = conflict("TRAIL-01 has a job", "/unit")
        db.session.commit()
        assert cast.unit("TRAIL-01").status == "off_duty"
        assert (answer.status_code, answer.location) == (303, "/unit")
        assert get_flashed_messages(with_categories=True) == [("error", "TRAIL-01 has a job")]


@pytest.mark.parametrize("header", [("Accept", "application/json"), ("HX-Request", "true")])
def test_machines_and_fragments_get_a_409_with_the_words(app: Flask, cast: Cast, header: tuple[str, str]) -> None:
    with app.test_request_context("/unit", method="POST", headers=[header]), pytest.raises(Conflict) as refused:
        conflict("TRAIL-01 has a job", "/unit")
    assert refused.value.description == "TRAIL-01 has a job"
