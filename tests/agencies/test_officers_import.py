"""The table of officers: every line is looked at, all goes in or nothing, and each new officer is invited."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from meteor.accounts import rules as accounts
from meteor.accounts.models import Invitation, User, UserRole, UserSession
from meteor.agencies import membership, officer_table
from meteor.agencies.rules import start_duty
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import followed, trail
from tests.cast import Cast, user
from tests.conftest import Browser

AsUser = Callable[[str], Browser]

BUDI = officer_table.TABLE.example
AGUS = {"username": "agus", "name": "Agus Santoso", "phone": "", "roles": "officer", "agency": "POLRES"}


def file(*rows: dict[str, str]) -> bytes:
    """The example's line, with each row's changes."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, BUDI)
    writer.writeheader()
    writer.writerows(dict(BUDI) | row for row in rows)
    return text.getvalue().encode()


def upload(browser: Browser, data: bytes) -> TestResponse:
    return browser.post("/admin/members/import", data={"file": (io.BytesIO(data), "petugas.csv")})


def confirm(browser: Browser, page: str) -> TestResponse:
    kept = {name: re.search(rf'name="{name}" value="(.*?)">', page, re.DOTALL) for name in ("csv", "seen")}
    return browser.post(
        "/admin/members/import/confirmation", data={name: unescape(found[1]) for name, found in kept.items() if found}
    )


def lines_of(page: str) -> list[list[str]]:
    """The words of each line of the preview."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row)] for row in rows]


def problems_of(answer: TestResponse) -> list[tuple[str, str]]:
    """Line and column of each problem."""
    assert answer.status_code == 422
    return re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td>", answer.text.partition("<tbody>")[2].partition("</tbody>")[0])


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(User)) or 0


@pytest.mark.both_databases
def test_the_preview_says_of_each_line_what_it_does_changes_first_and_stores_nothing(
    as_user: AsUser, cast: Cast
) -> None:
    before, bayu = count(), AGUS | {"username": "bayu", "name": "Bayu Pratama", "agency": "DAMKAR"}
    page = upload(as_user("tuti"), file({}, AGUS, bayu))
    assert page.status_code == 200
    assert lines_of(page.text) == [
        ["4", "bayu", "Bayu Pratama", "Berubah", "POLRES → DAMKAR"],
        ["2", "budi.santoso", "Aipda Budi Santoso", "Baru", "0812-3456-7890; Petugas; POLRES"],
        ["3", "agus", "Agus Santoso", "Tetap", ""],
    ]  # fmt: skip
    assert count() == before
    assert membership.agency_of(cast.bayu).code == "POLRES"  # type: ignore[union-attr]


@pytest.mark.both_databases
def test_what_was_shown_goes_in_and_stands_in_the_audit_log(as_user: AsUser, cast: Cast) -> None:
    tuti, yusuf = as_user("tuti"), {"username": "rini", "phone": "", "roles": "dispatcher; supervisor", "agency": ""}
    page = upload(tuti, file({}, yusuf, AGUS | {"name": "Aipda Agus Santoso", "agency": "DAMKAR"}))
    assert "2 ditambahkan, 1 diubah" in followed(tuti, confirm(tuti, page.text))
    db.session.expire_all()
    budi = user("budi.santoso")
    assert (budi.phone, budi.role_names, budi.password_hash) == ("+6281234567890", {"officer"}, None)
    assert membership.agency_of(budi).code == "POLRES"  # type: ignore[union-attr]
    assert user("rini").role_names == {"dispatcher", "supervisor"}
    assert (cast.agus.name, membership.agency_of(cast.agus).code) == ("Aipda Agus Santoso", "DAMKAR")  # type: ignore[union-attr]
    assert [one.subject for one in trail("user_added")] == [f"users:{budi.id}", f"users:{user('rini').id}"]
    assert trail("user_changed")[0].detail["after"] == {"name": "Aipda Agus Santoso"}
    assert trail("member_changed")[1].detail == {"before": {"agency": "POLRES"}, "after": {"agency": "DAMKAR"}}
    assert trail("officers_imported")[0].detail == {"added": 2, "changed": 1}
    again = upload(tuti, file({}, yusuf, AGUS | {"name": "Aipda Agus Santoso", "agency": "DAMKAR"}))
    assert {line[3] for line in lines_of(again.text)} == {"Tetap"}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"username": "Budi Santoso"}, "username"),
        ({"username": "'+6281330000001", "phone": ""}, "username"),  # with which Sari signs in
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"phone": "12"}, "phone"),
        ({"phone": "0813 3000 0001"}, "phone"),
        ({"roles": ""}, "roles"),
        ({"roles": "petugas"}, "roles"),
        ({"roles": "officer; admin"}, "roles"),
        ({"roles": "dispatcher"}, "roles"),
        ({"agency": ""}, "agency"),
        ({"agency": "SATPOL"}, "agency"),
        ({"username": "agus"}, "phone"),
    ],
)
def test_every_bad_cell_is_named_by_line_and_column_and_nothing_goes_in(
    as_user: AsUser, row: dict[str, str], column: str
) -> None:
    tuti, before = as_user("tuti"), count()
    data = file({"username": "good.one", "phone": ""}, row)
    assert problems_of(upload(tuti, data)) == [("3", column)]
    assert tuti.post("/admin/members/import/confirmation", data={"csv": data.decode()}).status_code == 422
    assert count() == before


def test_a_problem_says_what_would_be_right(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert "DAMKAR, POLRES, PSC119" in upload(tuti, file({"agency": "SATPOL"})).text
    assert "Akun sari milik Sari Wulandari" in upload(tuti, file({"phone": "0813 3000 0001"})).text


def test_two_lines_are_not_about_one_person(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    assert problems_of(upload(tuti, file({}, {"username": "BUDI.santoso", "phone": ""}))) == [("3", "username")]
    assert problems_of(upload(tuti, file({}, {"username": "budi.dua"}))) == [("3", "phone")]


def test_an_officer_on_duty_stays_with_their_agency(as_user: AsUser, cast: Cast) -> None:
    start_duty(cast.agus, cast.unit("TRAIL-01"), now())
    tuti = as_user("tuti")
    assert problems_of(upload(tuti, file(AGUS | {"agency": "DAMKAR"}))) == [("2", "agency")]
    assert problems_of(upload(tuti, file(AGUS | {"roles": "dispatcher", "agency": ""}))) == [("2", "agency")]
    assert upload(tuti, file(AGUS)).status_code == 200


def test_a_disabled_account_is_not_changed(as_user: AsUser, cast: Cast) -> None:
    agus = cast.agus
    agus.active = False
    assert problems_of(upload(as_user("tuti"), file(AGUS))) == [("2", "username")]


def test_roles_that_are_no_staffs_stay_and_other_roles_end_the_sessions(as_user: AsUser, cast: Cast) -> None:
    db.session.add(UserRole(user_id=cast.agus.id, role="citizen"))
    as_user("agus")
    tuti = as_user("tuti")
    confirm(tuti, upload(tuti, file(AGUS | {"roles": "officer dispatcher"})).text)
    db.session.expire_all()
    assert cast.agus.role_names == {"citizen", "officer", "dispatcher"}
    ended = select(UserSession.ended_because).where(UserSession.user_id == cast.agus.id)
    assert db.session.scalars(ended).all() == ["roles_changed"]


def test_an_officer_who_becomes_a_dispatcher_leaves_the_agency(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    confirm(tuti, upload(tuti, file(AGUS | {"roles": "dispatcher", "agency": ""})).text)
    assert membership.agency_of(cast.agus) is None


def test_an_account_that_nobody_uses_yet_gets_another_number(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    confirm(tuti, upload(tuti, file({})).text)
    confirm(tuti, upload(tuti, file({"phone": "0812 3456 7899"})).text)
    db.session.expire_all()
    assert user("budi.santoso").phone == "+6281234567899"


def test_what_has_changed_since_the_preview_is_looked_at_again(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    page = upload(tuti, file(AGUS | {"agency": "DAMKAR"})).text
    agus = cast.agus
    agus.name = "Agus Hartono"
    assert confirm(tuti, page).status_code == 303
    db.session.expire_all()
    assert (cast.agus.name, membership.agency_of(cast.agus).code) == ("Agus Hartono", "POLRES")  # type: ignore[union-attr]


def polres(number: int) -> Iterator[dict[str, str]]:
    """So many officers of the police, called by their service numbers."""
    for at in range(number):
        nrp = str(85010001 + at)
        yield {"username": nrp, "name": f"Bripka {nrp}", "phone": f"0812 3300 {1000 + at}"}


def test_428_officers_go_in_and_each_gets_a_card_that_works_once(as_user: AsUser) -> None:
    tuti = as_user("tuti")
    page = upload(tuti, file(*polres(428)))
    assert "428 ditambahkan" in followed(tuti, confirm(tuti, page.text))
    cards = tuti.post("/admin/members/invitations", data={"agency_id": "0"})
    assert cards.status_code == 201
    tokens = re.findall(r"/invitations/([\w-]+)", cards.text)
    assert len(tokens) == len(set(tokens)) == 428
    nobody = as_user("")
    chosen = {"password": "kereta api merah", "repeated": "kereta api merah"}
    assert nobody.post(f"/invitations/{tokens[0]}", data=chosen).status_code == 302
    assert as_user("").get(f"/invitations/{tokens[0]}").status_code == 404
    assert accounts.user_who_signs_in("85010001", "kereta api merah") is not None


class TestInvitations:
    @pytest.fixture(autouse=True)
    def _staff(self, app: object, cast: Cast) -> None:
        new = User.username.in_(("agus", "dewi", "komang", "sari"))
        db.session.execute(update(User).where(new).values(password_hash=None))

    def test_staff_without_a_password_are_invited_by_agency(self, as_user: AsUser) -> None:
        tuti = as_user("tuti")
        assert "<dt>Belum punya kata sandi</dt><dd>3</dd>" in tuti.get("/admin/members/invitations").text
        police = membership.agency_of(user("agus"))
        assert police
        cards = tuti.post("/admin/members/invitations", data={"agency_id": police.id}).text
        assert "Agus Santoso" in cards
        assert "Dewi Anggraini" not in cards
        assert [one.subject for one in trail("user_invited")] == [f"users:{user('agus').id}"]

    def test_a_card_that_is_still_good_is_not_replaced_unasked(self, as_user: AsUser) -> None:
        tuti = as_user("tuti")
        first = re.findall(r"/invitations/([\w-]+)", tuti.post("/admin/members/invitations").text)
        assert len(first) == 3
        assert "/invitations/" not in tuti.post("/admin/members/invitations").text.partition("<h1>")[2]
        again = re.findall(r"/invitations/([\w-]+)", tuti.post("/admin/members/invitations", data={"again": "y"}).text)
        assert len(again) == 3
        assert [bool(accounts.invitation(token)) for token in (first[0], again[0])] == [False, True]

    def test_a_page_has_so_many_cards_and_says_how_many_are_left(
        self, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("meteor.agencies.staff_invitations.MOST", 2)
        tuti = as_user("tuti")
        assert "Masih ada 1 lagi" in tuti.post("/admin/members/invitations").text
        tuti.post("/admin/members/invitations")
        invited = select(Invitation.user_id).where(Invitation.used_at.is_(None))
        assert set(db.session.scalars(invited)) == {user(name).id for name in ("agus", "dewi", "komang")}

    def test_the_next_batch_of_new_cards_is_for_others(self, as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
        tuti = as_user("tuti")
        tuti.post("/admin/members/invitations")
        monkeypatch.setattr("meteor.agencies.staff_invitations.MOST", 2)
        pages = [tuti.post("/admin/members/invitations", data={"again": "y"}).text for _batch in range(2)]
        assert all(any(user(name).name in page for page in pages) for name in ("agus", "dewi", "komang"))

    def test_an_agency_that_does_not_exist_is_refused(self, as_user: AsUser) -> None:
        assert as_user("tuti").post("/admin/members/invitations", data={"agency_id": "99"}).status_code == 422
