"""The administrator's pages about users."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from meteor.accounts import rules
from meteor.accounts.models import User, UserRole
from meteor.accounts.records import is_suspended
from meteor.store.database import db
from meteor.store.moments import now
from tests.admin import EVERYONE_ELSE, save, seen, trail
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


def saved(as_user: AsUser, user: User, **changes: Any) -> Any:
    """Open the user's form, change something and save."""
    url = f"/admin/users/{user.id}"
    values = {"name": user.name, "username": user.username, "phone": user.phone, "roles": sorted(user.role_names)}
    return save(as_user("tuti"), url, values | changes)


def test_a_new_user_gets_a_link_once_and_chooses_their_own_password(as_user: AsUser) -> None:
    form = {"name": "Budi Hartono", "username": "budi", "phone": "0812 3456 7890", "roles": ["officer"]}
    answer = as_user("tuti").post("/admin/users/new", data=form)
    assert answer.status_code == 201
    link = re.search(r'value="http://localhost(/invitations/[^"]+)"', answer.text)
    assert link
    assert "<svg" in answer.text
    budi = db.session.scalars(select(User).where(User.username == "budi")).one()
    assert (budi.phone, budi.role_names, budi.password_hash) == ("+6281234567890", {"officer"}, None)
    assert link[1] not in as_user("tuti").get(f"/admin/users/{budi.id}").text
    password = "tiga kata panjang"
    assert as_user("").post(link[1], data={"password": password, "repeated": password}).status_code == 302
    assert rules.user_who_signs_in("budi", password)
    entry = trail("user_added")[0]
    assert entry.actor_name == "Tuti Admin"
    assert entry.subject == f"users:{budi.id}"
    assert entry.detail["after"]["roles"] == ["officer"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Isi nama"),
        ({"username": "Budi Hartono"}, "huruf kecil"),
        ({"username": "sari"}, "sudah dipakai pengguna lain"),
        ({"phone": "12"}, "nomor telepon seperti"),
        ({"phone": "081330000001"}, "sudah dipakai pengguna lain"),
        ({"roles": []}, "Pilih sedikitnya satu peran"),
        ({"roles": ["emperor"]}, "roles"),
    ],
)
def test_bad_input_names_the_field_and_keeps_what_was_typed(as_user: AsUser, wrong: dict[str, Any], says: str) -> None:
    form = {"name": "Budi Hartono", "username": "budi", "phone": "0812 3456 7890", "roles": ["officer"]} | wrong
    answer = as_user("tuti").post("/admin/users/new", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert form["name"] in answer.text
    assert db.session.scalar(select(User).where(User.username == "budi")) is None
    assert not trail("user_added")


def test_a_change_is_saved_with_what_it_replaced_in_the_audit_log(as_user: AsUser, cast: Cast) -> None:
    answer = saved(as_user, cast.agus, name="Agus S. Santoso", roles=["officer", "citizen"])
    assert answer.status_code == 302
    db.session.expire_all()
    assert (cast.agus.name, cast.agus.role_names) == ("Agus S. Santoso", {"officer", "citizen"})
    assert trail("user_changed")[0].detail == {
        "before": {"name": "Agus Santoso", "roles": ["officer"]},
        "after": {"name": "Agus S. Santoso", "roles": ["citizen", "officer"]},
    }


def test_saving_without_a_change_leaves_no_trace(as_user: AsUser, cast: Cast) -> None:
    assert saved(as_user, cast.agus).status_code == 302
    assert not trail("user_changed")


def test_the_second_of_two_administrators_is_told_and_loses_nothing(as_user: AsUser, cast: Cast) -> None:
    url = f"/admin/users/{cast.agus.id}"
    tuti = as_user("tuti")
    version = seen(tuti.get(url))
    assert saved(as_user, cast.agus, name="Agus Pertama").status_code == 302
    form = {"name": "Agus Kedua", "username": "agus", "phone": cast.agus.phone, "roles": ["officer"], "seen": version}
    answer = tuti.post(url, data=form)
    assert answer.status_code == 422
    assert "Sekarang berisi “Agus Pertama”" in answer.text
    assert 'value="Agus Kedua"' in answer.text
    db.session.expire_all()
    assert cast.agus.name == "Agus Pertama"
    assert tuti.post(url, data=form | {"seen": seen(answer)}).status_code == 302
    db.session.expire_all()
    assert cast.agus.name == "Agus Kedua"


def test_the_last_administrator_cannot_be_demoted_or_disabled(as_user: AsUser, cast: Cast) -> None:
    answer = saved(as_user, cast.tuti, roles=["citizen"])
    assert answer.status_code == 422
    assert "administrator terakhir" in answer.text
    tuti = as_user("tuti")
    assert tuti.post(f"/admin/users/{cast.tuti.id}/disabling").status_code == 302
    assert "administrator terakhir" in tuti.get(f"/admin/users/{cast.tuti.id}").text
    db.session.expire_all()
    assert cast.tuti.active
    assert cast.tuti.role_names == {"admin"}


def test_an_administrator_without_a_password_does_not_count_as_another(as_user: AsUser, cast: Cast) -> None:
    form = {"name": "Admin Baru", "username": "admin-baru", "phone": "", "roles": ["admin"]}
    assert as_user("tuti").post("/admin/users/new", data=form).status_code == 201
    as_user("tuti").post(f"/admin/users/{cast.tuti.id}/disabling")
    db.session.expire_all()
    assert cast.tuti.active


def test_with_another_administrator_one_may_go(as_user: AsUser, cast: Cast) -> None:
    assert saved(as_user, cast.hadi, roles=["admin"]).status_code == 302
    assert saved(as_user, cast.tuti, roles=["citizen"]).status_code == 302


def test_who_signed_up_by_a_phone_number_is_changed_like_anybody(as_user: AsUser) -> None:
    rules.new_user("+6281234567890", "Budi", ["citizen"], phone="+6281234567890")
    budi = rules.user_named("0812 3456 7890")
    assert budi is not None
    assert saved(as_user, budi, name="Budi Hartono").status_code == 302
    db.session.expire_all()
    assert (budi.name, budi.username) == ("Budi Hartono", "+6281234567890")


def test_a_disabled_user_is_signed_out_and_not_let_in_until_enabled(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    assert agus.get("/account").status_code == 200
    assert as_user("tuti").post(f"/admin/users/{cast.agus.id}/disabling").status_code == 302
    assert agus.get("/account").status_code == 302
    assert rules.user_who_signs_in("agus", PASSWORD) is None
    assert as_user("tuti").post(f"/admin/users/{cast.agus.id}/enabling").status_code == 302
    db.session.expire_all()
    assert rules.user_who_signs_in("agus", PASSWORD)
    assert agus.get("/account").status_code == 302, "the sessions of before stay ended"
    assert [len(trail(action)) for action in ("user_disabled", "user_enabled")] == [1, 1]


def test_a_lost_phone_is_signed_out(as_user: AsUser, cast: Cast) -> None:
    agus = as_user("agus")
    assert agus.get("/account").status_code == 200
    assert as_user("tuti").post(f"/admin/users/{cast.agus.id}/sessions-end").status_code == 302
    assert agus.get("/account").status_code == 302
    assert trail("sessions_ended")[0].subject == f"users:{cast.agus.id}"


def test_a_new_invitation_ends_the_one_before(as_user: AsUser, cast: Cast) -> None:
    tuti, url = as_user("tuti"), f"/admin/users/{cast.agus.id}/invitation"
    links = [re.search(r"/invitations/[\w-]+", tuti.post(url).text) for _ in range(2)]
    statuses = [as_user("").get(link[0]).status_code for link in links if link]
    assert statuses == [404, 200]
    assert len(trail("user_invited")) == 2


def test_a_prankster_is_suspended_until_the_end_of_a_day_with_a_reason(as_user: AsUser, cast: Cast) -> None:
    day = (now() + timedelta(days=7)).date()
    url = f"/admin/users/{cast.karto.id}/suspension"
    answer = as_user("tuti").post(url, data={"until": day.isoformat(), "reason": "Tiga kali iseng"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert is_suspended(cast.karto)
    assert cast.karto.suspended_until.isoformat() == f"{day.isoformat()}T17:00:00+00:00", "midnight in WIB"
    assert trail("user_suspended")[0].detail["reason"] == "Tiga kali iseng"
    assert as_user("tuti").post(f"{url}-end", data={"lifting-reason": "Sudah dibina"}).status_code == 302
    db.session.expire_all()
    assert not is_suspended(cast.karto)
    assert trail("suspension_lifted")[0].detail["after"] == {"until": None}


@pytest.mark.parametrize(
    ("days", "reason", "says"),
    [(7, "", "Sebutkan alasannya"), (-1, "iseng", "paling lama setahun"), (400, "iseng", "paling lama setahun")],
)
def test_a_suspension_needs_a_day_to_come_and_a_reason(
    as_user: AsUser, cast: Cast, days: int, reason: str, says: str
) -> None:
    day = (now() + timedelta(days=days)).date().isoformat()
    answer = as_user("tuti").post(f"/admin/users/{cast.karto.id}/suspension", data={"until": day, "reason": reason})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{day}"' in answer.text
    assert not is_suspended(cast.karto)


@pytest.mark.parametrize("day", ["besok", "9999-12-31"])
def test_a_day_that_is_none_suspends_nobody(as_user: AsUser, cast: Cast, day: str) -> None:
    url = f"/admin/users/{cast.karto.id}/suspension"
    assert as_user("tuti").post(url, data={"until": day, "reason": "iseng"}).status_code == 422


def test_ending_a_suspension_needs_a_reason(as_user: AsUser, cast: Cast) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    answer = as_user("tuti").post(f"/admin/users/{cast.karto.id}/suspension-end", data={"lifting-reason": " "})
    assert answer.status_code == 422
    db.session.expire_all()
    assert is_suspended(cast.karto)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=wulandari", "sari", "bayu"),
        ("q=0813+0007", "bayu", "sari"),
        ("q=081330000007", "bayu", "sari"),
        ("q=bayu+pratama", "bayu", "agus"),
        ("role=admin", "tuti", "sari"),
        ("state=suspended", "karto", "sari"),
        ("state=disabled", "wahyu", "sari"),
        ("state=invited", "slamet", "sari"),
    ],
)
def test_the_list_is_searched_and_narrowed(as_user: AsUser, cast: Cast, query: str, found: str, missing: str) -> None:
    cast.karto.suspended_until = now() + timedelta(days=1)
    cast.wahyu.active = False
    cast.slamet.password_hash = None
    page = as_user("tuti").get(f"/admin/users?{query}").text
    assert f">{found}<" in page
    assert f">{missing}<" not in page


@pytest.mark.parametrize("path", ["", "/new", "/1"])
def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, path: str) -> None:
    for username in EVERYONE_ELSE:
        assert as_user(username).get(f"/admin/users{path}").status_code == 403
    assert as_user("").get(f"/admin/users{path}").status_code == 302


@pytest.mark.parametrize(
    "action", ["", "/disabling", "/enabling", "/sessions-end", "/invitation", "/suspension", "/suspension-end"]
)
def test_a_user_who_is_not_there_is_not_found(as_user: AsUser, action: str) -> None:
    assert as_user("tuti").post(f"/admin/users/999{action}").status_code == 404


@pytest.mark.both_databases
def test_of_two_administrators_who_disable_each_other_at_once_one_remains(as_user: AsUser, cast: Cast) -> None:
    tuti, hadi = cast.tuti, cast.hadi
    hadi.roles.append(UserRole(role="admin"))
    db.session.commit()
    victims = {"tuti": hadi.id, "hadi": tuti.id}
    for _round in range(5):
        browsers = {username: as_user(username) for username in victims}
        db.session.commit()  # the test's own transaction would keep both waiting
        start = Barrier(len(victims))

        def disable(username: str, browsers: dict[str, Browser] = browsers, start: Barrier = start) -> int:
            start.wait()
            with browsers[username].application.app_context():
                return browsers[username].post(f"/admin/users/{victims[username]}/disabling").status_code

        with ThreadPoolExecutor() as pool:
            list(pool.map(disable, victims))
        db.session.expire_all()
        assert [tuti.active, hadi.active].count(True) == 1
        tuti.active = hadi.active = True
        db.session.commit()
