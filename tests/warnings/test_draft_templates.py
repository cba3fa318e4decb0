"""Templates of warnings: what BPBD has written once, and begins the next warning with."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from meteor.store.database import db
from meteor.store.models import AuditEntry
from meteor.warnings.models import WarningDraft
from tests.cast import Cast
from tests.conftest import Browser
from tests.warnings.drafting import MAYANGAN, drafted, kelurahan, published

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

HAZARDS = "/warnings/drafts/new"


def save(browser: Browser, draft_id: int, name: str) -> Any:
    return browser.post(f"/warnings/drafts/{draft_id}/template", data={"template": name})


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(WarningDraft.template).order_by(WarningDraft.id)))


def test_a_new_warning_begins_with_all_of_a_template_but_its_times(as_user: AsUser, cast: Cast) -> None:
    draft, bagas = drafted(cast.bagas, severity="Extreme"), as_user("bagas")
    assert save(bagas, draft.id, "Legundi meluap").status_code == 303
    assert "Legundi meluap" in bagas.get(HAZARDS).text
    page = bagas.get(f"{HAZARDS}?like={draft.id}").text
    assert "Air naik." in page
    assert re.search(r'value="Extreme"[^>]* checked|checked[^>]* value="Extreme"', page)
    assert re.findall(r'name="kelurahan" id="kelurahan-\d+" value="(\d+)" checked', page) == [
        str(kelurahan(MAYANGAN).id)
    ]
    assert re.search(r'name="expires"[^>]*value=""', page)


def test_a_published_warning_is_a_template_too(as_user: AsUser, cast: Cast) -> None:
    published(cast)
    assert save(as_user("komang"), 1, "Banjir rob Mayangan").status_code == 303
    assert names() == ["Banjir rob Mayangan"]


def test_a_name_is_given_once(as_user: AsUser, cast: Cast) -> None:
    first, second, bagas = drafted(cast.bagas).id, drafted(cast.bagas).id, as_user("bagas")
    save(bagas, first, "Banjir")
    refused = save(bagas, second, "Banjir")
    assert refused.status_code == 422
    assert "Templat lain sudah memakai nama ini." in refused.text
    assert save(bagas, first, "Banjir").status_code == 303
    assert names() == ["Banjir", ""]


@pytest.mark.parametrize("name", ["", "   ", "x" * 161])
def test_a_name_is_short_and_not_empty(as_user: AsUser, cast: Cast, name: str) -> None:
    draft = drafted(cast.bagas).id
    refused = save(as_user("bagas"), draft, name)
    assert refused.status_code == 422
    assert 'id="template" open' in refused.text
    assert names() == [""]


def test_a_template_is_removed_and_the_draft_stays(as_user: AsUser, cast: Cast) -> None:
    draft, bagas = drafted(cast.bagas).id, as_user("bagas")
    save(bagas, draft, "Banjir")
    removal = f"/warnings/drafts/{draft}/template/removal"
    assert bagas.post(removal).status_code == 303
    assert names() == [""]
    assert bagas.get(f"{HAZARDS}?like={draft}").status_code == 404
    assert bagas.post(removal).status_code == 404
    actions = select(AuditEntry.action).where(AuditEntry.action.like("warning_template%")).order_by(AuditEntry.id)
    assert list(db.session.scalars(actions)) == ["warning_template_named", "warning_template_removed"]


def test_an_all_clear_is_no_template(as_user: AsUser, cast: Cast) -> None:
    draft = drafted(cast.bagas, message_type="Cancel", about_id=published(cast).id).id
    assert save(as_user("bagas"), draft, "Aman").status_code == 404


@pytest.mark.parametrize("like", ["0", "x", "4711"])
def test_what_is_no_template_begins_nothing(as_user: AsUser, cast: Cast, like: str) -> None:
    drafted(cast.bagas)
    assert as_user("bagas").get(f"{HAZARDS}?like={like}").status_code == 404
