"""Warnings that are published at once because a life is at risk, and those who may write, decide and review."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from meteor.accounts.models import User
from meteor.notices import unread
from meteor.store.database import db
from meteor.store.moments import now
from meteor.warnings import drafts, reviews
from meteor.warnings.models import HazardWarning, WarningDraft
from tests.admin import trail
from tests.cast import Cast
from tests.conftest import Browser
from tests.warnings.drafting import drafted, published, typed

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]
RISK = {"life_at_risk": "y", "reason": "Tanggul jebol, warga masih di rumah"}


def publish_at_once(browser: Browser, draft: WarningDraft, **changed: Any) -> Any:
    data = {"seen": draft.written_at.isoformat()} | RISK | changed
    return browser.post(f"/warnings/drafts/{draft.id}/publication", data=data)


def review(browser: Browser, draft: WarningDraft) -> Any:
    return browser.post(f"/warnings/drafts/{draft.id}/review")


def follow(browser: Browser, answer: Any) -> str:
    assert answer.status_code == 303
    return browser.get(answer.location).text


def warnings() -> list[HazardWarning]:
    db.session.expire_all()
    return list(db.session.scalars(select(HazardWarning)))


def of(draft: WarningDraft) -> WarningDraft:
    db.session.expire_all()
    return db.session.get_one(WarningDraft, draft.id)


def test_the_author_publishes_at_once_and_the_others_are_rung(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    page = follow(bagas, publish_at_once(bagas, draft))
    assert "Orang kedua diminta meninjaunya." in page
    assert "Langsung terbit, menunggu tinjauan" in page
    assert "Tanggul jebol" in ratna.get("/warnings/drafts").text
    assert (of(draft).state, of(draft).warning_id) == ("published", warnings()[0].id)
    assert [note.kind for note in unread.unacknowledged(cast.hadi)] == ["warning_review"]
    assert not unread.unacknowledged(cast.bagas)
    assert [(it.actor_id, it.detail["reason"]) for it in trail("warning_published_at_once")] == [
        (cast.bagas.id, "Tanggul jebol, warga masih di rumah")
    ]


def refuse(browser: Browser, draft: WarningDraft, reason: str) -> None:
    data = {"seen": draft.written_at.isoformat(), "reason": reason}
    assert browser.post(f"/warnings/drafts/{draft.id}/refusal", data=data).status_code == 303


def change(draft: WarningDraft, author: User) -> WarningDraft:
    drafts.write(of(draft), {"certainty": "Likely"}, author, now())
    db.session.commit()
    return of(draft)


def test_what_was_refused_goes_out_with_the_refusal_and_rings_who_refused_it(
    bagas: Browser, ratna: Browser, as_user: AsUser, cast: Cast
) -> None:
    draft = drafted(cast.bagas)
    refuse(ratna, draft, "Tanggul utuh, saya di lokasi")
    change(draft, cast.bagas)
    draft = change(draft, cast.bagas)  # also after a second change
    assert publish_at_once(bagas, draft).status_code == 303
    kinds = {who: [it.kind for it in unread.unacknowledged(getattr(cast, who))] for who in ("ratna", "hadi", "bagas")}
    assert kinds == {"ratna": ["warning_refused_published"], "hadi": ["warning_review"], "bagas": []}
    page = as_user("hadi").get(f"/warnings/drafts/{draft.id}").text
    assert re.search(
        r"Ratna BPBD menolak naskah sebelumnya dari peringatan ini, .*: Tanggul utuh, saya di lokasi", page
    )
    assert "Pernah ditolak Ratna BPBD" in as_user("hadi").get("/warnings/drafts").text
    review(as_user("hadi"), draft)
    assert not unread.unacknowledged(cast.ratna)


def test_the_approver_of_a_changed_draft_reads_who_refused_it_and_why(ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    refuse(ratna, draft, "Wilayahnya keliru")
    assert "menolak naskah sebelumnya" not in ratna.get(f"/warnings/drafts/{draft.id}").text
    change(draft, cast.bagas)
    assert "Wilayahnya keliru" in ratna.get(f"/warnings/drafts/{draft.id}").text


def test_a_draft_that_its_author_took_back_was_refused_by_nobody(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    refuse(bagas, draft, "Belum lengkap")
    draft = change(draft, cast.bagas)
    publish_at_once(bagas, draft)
    assert "menolak naskah" not in bagas.get(f"/warnings/drafts/{draft.id}").text
    assert [it.kind for it in unread.unacknowledged(cast.ratna)] == ["warning_review"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"life_at_risk": ""}, "Centang bahwa ada nyawa terancam."),
        ({"reason": " "}, "Isi mengapa tidak bisa menunggu."),
        ({"reason": "x" * 301}, "300"),
    ],
)
def test_it_needs_the_tick_and_a_reason(bagas: Browser, cast: Cast, changed: dict[str, str], says: str) -> None:
    answer = publish_at_once(bagas, drafted(cast.bagas), **changed)
    assert answer.status_code == 422
    assert says in answer.text
    assert warnings() == []


@pytest.mark.parametrize("changed", [{"severity": "Moderate"}, {"urgency": "Expected"}])
def test_what_is_not_severe_and_here_waits_for_approval(bagas: Browser, cast: Cast, changed: dict[str, str]) -> None:
    draft = drafted(cast.bagas, **changed)
    assert "publication" not in bagas.get(f"/warnings/drafts/{draft.id}").text
    assert "Hanya bahaya Siaga atau Awas" in follow(bagas, publish_at_once(bagas, draft))
    assert warnings() == []


def test_an_all_clear_waits_for_approval(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas, message_type="Cancel", about_id=published(cast).id)
    assert "Hanya bahaya Siaga atau Awas" in follow(bagas, publish_at_once(bagas, draft))


def test_the_draft_of_another_is_approved_and_not_published_at_once(ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    assert "publication" not in ratna.get(f"/warnings/drafts/{draft.id}").text
    assert "Setujui sebagai orang kedua." in follow(ratna, publish_at_once(ratna, draft))
    assert warnings() == []


def test_what_was_published_is_not_published_at_once_again(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    follow(bagas, publish_at_once(bagas, draft))
    assert len(warnings()) == 1


def test_what_is_over_already_is_not_published_at_once(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas, expires=now())
    assert "Ubah waktu berakhirnya" in follow(bagas, publish_at_once(bagas, draft))
    assert warnings() == []


def test_a_second_person_confirms_it(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    assert "Peringatan dikonfirmasi." in follow(ratna, review(ratna, draft))
    assert (of(draft).reviewed_by_id, of(draft).reviewed_at is not None) == (cast.ratna.id, True)
    assert not unread.unacknowledged(cast.hadi)
    assert [it.actor_id for it in trail("warning_confirmed")] == [cast.ratna.id]
    assert "menunggu tinjauan" not in ratna.get("/warnings/drafts").text
    assert "Ditinjau oleh Ratna BPBD" in bagas.get(f"/warnings/drafts/{draft.id}").text


def write_all_clear(browser: Browser, warning_id: int | None) -> WarningDraft:
    """The all-clear of a warning as its form offers it; it waits."""
    form = f"/warnings/drafts/new?about={warning_id}&is=all-clear"
    words = {"headline_id": "Aman kembali", "description_id": "Air surut.", "instruction_id": "Tetap waspada."}
    assert browser.post(form, data=words).status_code == 303
    return db.session.scalars(select(WarningDraft).order_by(WarningDraft.id.desc()).limit(1)).one()


def approve(browser: Browser, draft: WarningDraft) -> str:
    seen = {"seen": draft.written_at.isoformat()}
    return follow(browser, browser.post(f"/warnings/drafts/{draft.id}/approval", data=seen))


def test_who_doubts_it_publishes_the_all_clear_without_a_third_person(
    bagas: Browser, ratna: Browser, cast: Cast
) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    warning_id = of(draft).warning_id
    assert f"about={warning_id}&amp;is=all-clear" in ratna.get(f"/warnings/drafts/{draft.id}").text
    clear = write_all_clear(ratna, warning_id)
    assert reviews.unreviewed() == [of(draft)]
    assert "Terbit sebagai" in approve(ratna, clear)
    assert (reviews.unreviewed(), of(draft).reviewed_by_id) == ([], cast.ratna.id)
    assert not unread.unacknowledged(cast.hadi)


def test_the_author_needs_a_second_person_for_the_all_clear(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    clear = write_all_clear(bagas, of(draft).warning_id)
    assert "Orang kedua harus menyetujui" in approve(bagas, clear)
    assert [each.id for each in drafts.waiting()] == [clear.id]


def test_the_all_clear_of_a_confirmed_warning_needs_a_second_person(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    review(ratna, draft)
    assert "Orang kedua harus menyetujui" in approve(ratna, write_all_clear(ratna, of(draft).warning_id))


def test_the_all_clear_is_that_of_the_newest_message(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    update = published(cast, message_type="Update", about_id=of(draft).warning_id)
    assert f"about={update.id}&amp;is=all-clear" in ratna.get(f"/warnings/drafts/{draft.id}").text


def test_the_author_does_not_review_it(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    publish_at_once(bagas, draft)
    assert "/review" not in bagas.get(f"/warnings/drafts/{draft.id}").text
    assert "Orang kedua yang meninjaunya." in follow(bagas, review(bagas, draft))
    assert of(draft).reviewed_at is None


def test_an_old_page_does_not_ask_the_author_to_review_it(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    data = {"seen": draft.written_at.isoformat(), "reason": "Salah tulis"}
    publish_at_once(bagas, draft)
    page = follow(bagas, bagas.post(f"/warnings/drafts/{draft.id}/refusal", data=data))
    assert "Anda sendiri yang menerbitkan peringatan ini. Orang kedua yang meninjaunya." in page
    assert "Tinjaulah" not in page


def test_what_was_approved_or_reviewed_does_not_wait_for_review(bagas: Browser, ratna: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    assert "tidak lagi menunggu tinjauan" in follow(ratna, review(ratna, draft))
    publish_at_once(bagas, draft)
    review(ratna, draft)
    assert "tidak lagi menunggu tinjauan" in follow(ratna, review(ratna, draft))


@pytest.mark.parametrize("who", ["komang", "hadi"])
def test_dispatchers_and_supervisors_write_too(as_user: AsUser, cast: Cast, who: str) -> None:
    browser = as_user(who)
    answer = browser.post("/warnings/drafts/new?hazard=flood", data=typed())
    draft = db.session.scalars(select(WarningDraft)).one()
    assert (answer.status_code, draft.author_id) == (303, getattr(cast, who).id)
    assert publish_at_once(browser, draft).status_code == 303
    assert len(warnings()) == 1


def test_a_dispatcher_decides_on_no_draft_of_another(as_user: AsUser, cast: Cast) -> None:
    draft, komang = drafted(cast.bagas), as_user("komang")
    seen = {"seen": draft.written_at.isoformat(), "reason": "Tidak jelas"}
    page = komang.get(f"/warnings/drafts/{draft.id}").text
    assert "/approval" not in page
    assert "/refusal" not in page
    assert komang.post(f"/warnings/drafts/{draft.id}/approval", data=seen).status_code == 403
    assert komang.post(f"/warnings/drafts/{draft.id}/refusal", data=seen).status_code == 403
    assert of(draft).state == "waiting"


def test_a_dispatcher_withdraws_an_own_draft(as_user: AsUser, cast: Cast) -> None:
    draft = drafted(cast.komang)
    seen = {"seen": draft.written_at.isoformat(), "reason": "Air sudah surut"}
    as_user("komang").post(f"/warnings/drafts/{draft.id}/refusal", data=seen)
    assert of(draft).state == "taken_back"


def test_a_supervisor_does_not_approve_an_own_draft(as_user: AsUser, cast: Cast) -> None:
    draft = drafted(cast.hadi)
    seen = {"seen": draft.written_at.isoformat()}
    hadi = as_user("hadi")
    assert "Orang kedua harus menyetujui" in follow(hadi, hadi.post(f"/warnings/drafts/{draft.id}/approval", data=seen))
    assert drafts.waiting() == [draft]


def test_a_publication_or_review_without_its_token_is_refused(bagas: Browser, cast: Cast) -> None:
    draft = drafted(cast.bagas)
    for action in ("publication", "review"):
        assert bagas.post(f"/warnings/drafts/{draft.id}/{action}", data=RISK, csrf=False).status_code == 400
