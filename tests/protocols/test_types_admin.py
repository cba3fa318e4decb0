"""The administrator's pages about incident types and their response plans."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from meteor.accounts.roles import COMMAND_CENTRE
from meteor.agencies.models import Agency
from meteor.alerts.models import KINDS as ALERT_KINDS
from meteor.incidents import rules
from meteor.protocols import types
from meteor.protocols.kinds import KINDS
from meteor.protocols.models import EscalationStep, IncidentType
from meteor.store.database import db
from tests.admin import EVERYONE_ELSE, save, seen, trail
from tests.cast import Cast
from tests.conftest import Browser

AsUser = Callable[[str], Browser]


def form_of(known: IncidentType, **changes: Any) -> dict[str, Any]:
    """What the type's form posts; None leaves a field out. `plan` is a list of (capability, count)."""
    plan = changes.pop("plan", [(line.capability, line.count) for line in known.plan])
    values = {
        "name_id": known.name_id, "name_en": known.name_en, "code": known.code, "priority": known.priority,
        "agency_id": known.agency_id, "kind": known.kind or "", "active": "y",
        "duplicate_radius": known.duplicate_radius, "offer_again_after": known.offer_again_after or 90,
        "welfare_after": 40 if known.welfare_after is None else known.welfare_after,
    } | {f"chain_{role}": "" for role in COMMAND_CENTRE}  # fmt: skip
    lines = [*plan, *[("", "")] * types.LONGEST_PLAN][: types.LONGEST_PLAN]
    for at, (capability, count) in enumerate(lines, start=1):
        values |= {f"capability_{at}": capability, f"count_{at}": count}
    return {name: value for name, value in (values | changes).items() if value is not None}


def agency(code: str) -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


def plan_of(known: IncidentType) -> list[tuple[str, int]]:
    db.session.expire_all()
    return [(line.capability, line.count) for line in known.plan]


def test_the_kinds_are_those_of_alerts() -> None:
    assert set(KINDS) == set(ALERT_KINDS)


@pytest.mark.both_databases
def test_a_type_is_added_with_its_plan_in_order(as_user: AsUser, cast: Cast) -> None:
    values = form_of(
        cast.incident_type("noise"), code="wasp_nest", name_id="Sarang tawon", name_en="Wasp nest", priority=4,
        plan=[("fire", 1), ("", ""), ("medical", 2), ("patrol", 1)], duplicate_radius="400",
    )  # fmt: skip
    assert as_user("tuti").post("/admin/incident-types/new", data=values).status_code == 302
    known = cast.incident_type("wasp_nest")
    assert plan_of(known) == [("fire", 1), ("medical", 2), ("patrol", 1)]
    assert (known.priority, known.active, known.kind, known.duplicate_radius) == (4, True, None, 400)
    assert trail("incident_type_added")[0].detail["after"]["plan"] == [["fire", 1], ["medical", 2], ["patrol", 1]]


def test_a_plan_is_changed_and_reordered_with_before_and_after(as_user: AsUser, cast: Cast) -> None:
    known = cast.incident_type("fire")
    url = f"/admin/incident-types/{known.id}"
    assert save(as_user("tuti"), url, form_of(known, plan=[("patrol", 2), ("fire", 1)])).status_code == 302
    assert plan_of(known) == [("patrol", 2), ("fire", 1)]
    detail = trail("incident_type_changed")[0].detail
    assert detail["before"] == {"plan": [["fire", 1], ["patrol", 1]]}
    assert detail["after"] == {"plan": [["patrol", 2], ["fire", 1]]}


def test_a_kind_moves_to_another_type_and_alerts_follow(as_user: AsUser, cast: Cast) -> None:
    noise, crime = cast.incident_type("noise"), cast.incident_type("crime")
    url = f"/admin/incident-types/{noise.id}"
    assert save(as_user("tuti"), url, form_of(noise, kind="crime")).status_code == 302
    db.session.expire_all()
    assert (noise.kind, crime.kind) == ("crime", None)
    assert rules.type_for("crime").code == "noise"
    assert types.kinds_that_lead_nowhere() == []
    assert {entry.subject for entry in trail("incident_type_changed")} == {
        f"incident_types:{crime.id}", f"incident_types:{noise.id}",
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"kind": ""}, {"kind": "fire"}, {"active": None}])
def test_a_kind_never_leads_nowhere(as_user: AsUser, cast: Cast, change: dict[str, Any]) -> None:
    known = cast.incident_type("crime")
    answer = save(as_user("tuti"), f"/admin/incident-types/{known.id}", form_of(known, **change))
    assert answer.status_code == 422
    assert "tidak akan mengarah ke mana pun" in answer.text
    db.session.expire_all()
    assert (known.kind, known.active, cast.incident_type("fire").kind) == ("crime", True, "fire")


def test_an_inactive_type_cannot_take_a_kind(as_user: AsUser, cast: Cast) -> None:
    noise = cast.incident_type("noise")
    url = f"/admin/incident-types/{noise.id}"
    assert save(as_user("tuti"), url, form_of(noise, kind="crime", active=None)).status_code == 422
    db.session.expire_all()
    assert cast.incident_type("crime").kind == "crime"


def test_a_type_without_a_kind_goes_out_of_use(as_user: AsUser, cast: Cast) -> None:
    noise = cast.incident_type("noise")
    assert save(as_user("tuti"), f"/admin/incident-types/{noise.id}", form_of(noise, active=None)).status_code == 302
    db.session.expire_all()
    assert not noise.active


@pytest.mark.both_databases
def test_a_kind_that_leads_nowhere_is_said_on_the_list(as_user: AsUser, cast: Cast) -> None:
    tuti = as_user("tuti")
    assert "tidak mengarah ke mana pun" not in tuti.get("/admin/incident-types").text
    cast.incident_type("fire").active = False
    page = tuti.get("/admin/incident-types").text
    assert "tidak mengarah ke mana pun" in page
    assert "<li>Kebakaran</li>" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": "crime"}, "sudah memakai kode ini"),
        ({"code": "Sarang Tawon"}, "huruf kecil"),
        ({"name_id": ""}, "Isi nama"),
        ({"name_en": " "}, "Isi nama"),
        ({"priority": "5"}, "priority-error"),
        ({"duplicate_radius": "20"}, "duplicate_radius-error"),
        ({"duplicate_radius": ""}, "duplicate_radius-error"),
        ({"offer_again_after": "29"}, "offer_again_after-error"),
        ({"offer_again_after": "1 jam"}, "offer_again_after-error"),
        ({"welfare_after": "-1"}, "welfare_after-error"),
        ({"welfare_after": "721"}, "welfare_after-error"),
        ({"agency_id": "999"}, "agency_id-error"),
        ({"kind": "ghost"}, "kind-error"),
        ({"plan": [], "priority": "3"}, "sedikitnya satu baris"),
        ({"plan": [("flying", 1)]}, "capability_1-error"),
        ({"plan": [("patrol", 0)]}, "count_1-error"),
        ({"plan": [("patrol", 21)]}, "1 sampai 20"),
        ({"plan": [("patrol", "")]}, "1 sampai 20"),
        ({"plan": [("patrol", "dua")]}, "count_1-error"),
        ({"plan": [("patrol", 1), ("", 2)]}, "capability_2-error"),
        ({"plan": [("patrol", 1), ("patrol", 2)]}, "Baris di atas sudah memintanya"),
        ({"chain_chief": "45"}, "Harus ada yang diberi tahu seketika"),
        ({"chain_chief": "-1"}, "chain_chief-error"),
        ({"chain_dispatcher": "0", "chain_chief": "3601"}, "0 sampai 3600"),
        ({"chain_dispatcher": "segera"}, "chain_dispatcher-error"),
    ],
)
def test_a_wrong_type_is_refused_by_its_field(as_user: AsUser, cast: Cast, wrong: dict[str, Any], says: str) -> None:
    values = form_of(cast.incident_type("noise"), **({"code": "wasp_nest"} | wrong))
    answer = as_user("tuti").post("/admin/incident-types/new", data=values)
    assert answer.status_code == 422
    assert says in answer.text
    assert not trail("incident_type_added")


def test_what_somebody_only_looks_at_needs_no_plan(as_user: AsUser, cast: Cast) -> None:
    noise = cast.incident_type("noise")
    answer = save(as_user("tuti"), f"/admin/incident-types/{noise.id}", form_of(noise, plan=[], priority="4"))
    assert answer.status_code == 302
    db.session.expire_all()
    assert noise.plan == []


def test_the_second_of_two_administrators_is_told_also_about_the_plan(as_user: AsUser, cast: Cast) -> None:
    known, tuti = cast.incident_type("fire"), as_user("tuti")
    url = f"/admin/incident-types/{known.id}"
    version = seen(tuti.get(url))
    assert save(tuti, url, form_of(known, plan=[("medical", 3)])).status_code == 302
    answer = tuti.post(url, data=form_of(known, plan=[("fire", 5)]) | {"seen": version})
    assert answer.status_code == 422
    assert "Sekarang berisi “3”" in answer.text
    assert "Sekarang berisi “medical”" in answer.text
    assert tuti.post(url, data=form_of(known, plan=[("fire", 5)]) | {"seen": seen(answer)}).status_code == 302
    assert plan_of(known) == [("fire", 5)]


def test_who_is_told_of_an_alarm_is_kept_with_before_and_after(as_user: AsUser, cast: Cast) -> None:
    known = cast.incident_type("fire")
    url = f"/admin/incident-types/{known.id}"
    chain = {"chain_call_taker": "0", "chain_dispatcher": "", "chain_supervisor": "10", "chain_chief": ""}
    assert save(as_user("tuti"), url, form_of(known) | chain).status_code == 302
    db.session.expire_all()
    assert [(step.role, step.after) for step in known.chain] == [("call_taker", 0), ("supervisor", 10)]
    detail = trail("incident_type_changed")[0].detail
    assert detail["before"] == {"chain": {"call_taker": 0, "dispatcher": 0, "supervisor": 15, "chief": 45}}
    assert detail["after"] == {"chain": {"call_taker": 0, "supervisor": 10}}


def test_a_chain_without_anybody_is_the_usual_one_again(as_user: AsUser, cast: Cast) -> None:
    known = cast.incident_type("fire")
    url = f"/admin/incident-types/{known.id}"
    known.chain = [EscalationStep(role="dispatcher", after=0)]
    db.session.commit()
    assert save(as_user("tuti"), url, form_of(known)).status_code == 302
    db.session.expire_all()
    assert known.chain == []
    page = as_user("tuti").get(url).text
    for role, seconds in (("call_taker", 0), ("dispatcher", 0), ("supervisor", 15), ("chief", 45)):
        assert re.search(rf'name="chain_{role}"[^>]* value="{seconds}"', page)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=bakar", "Kebakaran", "Bencana"),
        ("priority=4", "Keributan", "Darurat"),
        ("agency=PSC119", "medis", "Darurat"),
    ],
)
def test_the_list_is_searched_and_narrowed(as_user: AsUser, query: str, found: str, missing: str) -> None:
    page = as_user("tuti").get(f"/admin/incident-types?{query}").text
    assert f"{found}</a>" in page
    assert f"{missing}</a>" not in page


@pytest.mark.parametrize("path", ["", "/new", "/1"])
def test_nobody_but_an_administrator_sees_the_pages(as_user: AsUser, path: str) -> None:
    assert as_user("tuti").get(f"/admin/incident-types{path}").status_code == 200
    for username in EVERYONE_ELSE:
        assert as_user(username).get(f"/admin/incident-types{path}").status_code == 403
    assert as_user("").get(f"/admin/incident-types{path}").status_code == 302


def test_a_type_that_is_not_there_is_not_found(as_user: AsUser) -> None:
    assert as_user("tuti").get("/admin/incident-types/999").status_code == 404
