"""Adding units: what the plan still needs first, several at once, a reason where a rule is overridden."""

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from meteor.agencies import positions
from meteor.agencies import rules as agencies
from meteor.dispatch import override, rules
from meteor.dispatch.choice import Reason
from meteor.dispatch.facts import facts_of
from meteor.dispatch.override import ChoiceReason
from meteor.dispatch.recommendation import Recommendation
from meteor.dispatch.roster import roster
from meteor.incidents import timeline
from meteor.incidents.labels import STANDARD_REASONS
from meteor.incidents.models import Incident
from meteor.protocols.models import PlanItem
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast
from tests.conftest import Browser
from tests.scenes import at_once, in_danger, missing, offered, on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


@pytest.fixture
def incident(cast: Cast) -> Incident:
    """Agus on TRAIL-01 has accepted Sari's call, and the plan needs no more; two units of others are free."""
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    on_duty(cast, "bayu", "TRAIL-02")
    on_duty(cast, "rina", "AMBULANS-01")
    return incident


def free(cast: Cast, *call_signs: str) -> None:
    """These units stand at their bases without work."""
    for call_sign in call_signs:
        cast.unit(call_sign).status = "available"
    db.session.commit()


def add(client: Browser, incident: Incident, *call_signs: str, **given: str) -> Any:
    chosen = [Cast().unit(call_sign).id for call_sign in call_signs]
    return client.post(f"/incidents/{incident.number}/assignments", data={"unit": chosen, **given})


def page(client: Browser, incident: Incident) -> str:
    return client.get(f"/incidents/{incident.number}/assignments").text


def words(markup: str) -> str:
    """What is read of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", markup)).split())


def groups(text: str) -> dict[str, list[str]]:
    """The call signs under each heading of the form."""
    fieldsets = re.findall(r"<legend>(.*?)</legend>(.*?)</fieldset>", text.partition('id="unit"')[2], re.DOTALL)
    return {words(legend): re.findall(r"<strong>([A-Z]+-\d+)</strong>", units) for legend, units in fieldsets[:-1]}


def row(text: str, call_sign: str) -> str:
    """The label of a unit's box."""
    return next(
        label for label in re.findall(r"<label class=.choice.*?</label>", text, re.DOTALL) if call_sign in label
    )


def errors(text: str) -> list[tuple[str, str]]:
    """Each error of the summary, and the field that it leads to."""
    summary = text.partition('<div class="error-summary"')[2].partition("</div>")[0]
    return [(to, words(said)) for to, said in re.findall(r'<a href="([^"]*)">(.*?)</a>', summary)]


def checked(text: str, name: str) -> set[str]:
    return set(re.findall(rf'<input [^>]*name="{name}"[^>]* value="([^"]*)" checked', text))


def recommended(incident: Incident) -> Recommendation:
    return Recommendation(roster(incident, now()), facts_of(incident.id))


def overridden(incident: Incident, *call_signs: str) -> dict[str, Reason]:
    chosen: Collection[int] = [Cast().unit(call_sign).id for call_sign in call_signs]
    return {entry.unit.call_sign: reason for entry, reason in recommended(incident).overridden(chosen)}


# --- what the plan still needs first ---


def test_what_the_plan_still_needs_stands_first_and_no_unit_twice(as_user: AsUser, cast: Cast) -> None:
    cast.incident_type("emergency").plan = [
        PlanItem(capability="transport", count=1, position=0), PlanItem(capability="patrol", count=2, position=1),
    ]  # fmt: skip
    cast.karto.suspended_until = now() + timedelta(days=1)
    incident = report(cast, "karto")  # it is held: nobody was asked
    free(cast, "TRAIL-01", "TRAIL-02", "PATROLI-01", "AMBULANS-01")
    assert groups(page(as_user("komang"), incident)) == {
        "Masih dibutuhkan: 1 × transport": ["PATROLI-01"],
        "Masih dibutuhkan: 2 × patrol": ["TRAIL-01", "TRAIL-02"],
        "Unit siap lainnya, yang terdekat dahulu": ["AMBULANS-01"],
    }


def test_units_that_the_plan_could_use_stand_before_those_that_it_could_not(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    free(cast, "PATROLI-01", "DAMKAR-01")
    assert groups(page(as_user("komang"), incident)) == {
        "Juga dalam rencana respons, yang terdekat dahulu": ["TRAIL-02", "PATROLI-01"],
        "Unit siap lainnya, yang terdekat dahulu": ["AMBULANS-01", "DAMKAR-01"],
    }


def test_what_the_plan_needs_and_no_unit_can_do_is_said(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    free(cast, "AMBULANS-01")
    text = page(as_user("komang"), incident)
    assert groups(text)["Masih dibutuhkan: 1 × patrol"] == []
    assert "Belum ada unit siap untuk ini." in text


def test_units_whose_officers_are_in_danger_stand_last_and_cover_no_need(as_user: AsUser, cast: Cast) -> None:
    incident = report(cast)
    in_danger(cast, cast.unit("TRAIL-01"))
    free(cast, "TRAIL-01", "AMBULANS-01")
    text = page(as_user("komang"), incident)
    assert list(groups(text).items()) == [
        ("Masih dibutuhkan: 1 × patrol", []),
        ("Unit siap lainnya, yang terdekat dahulu", ["AMBULANS-01"]),
        ("Petugas dalam bahaya", ["TRAIL-01"]),
    ]
    assert "Belum ada unit siap untuk ini." in text


def test_a_crew_is_not_told_what_other_agencies_lack(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    incident.type.plan.append(PlanItem(capability="fire", count=1, position=1))
    db.session.commit()
    text = page(as_user("agus"), incident)
    assert "Masih dibutuhkan" not in text
    assert "TRAIL-02" in text


def test_each_unit_says_about_how_many_minutes_and_metres_away_it_is(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    assert words(row(page(as_user("komang"), incident), "TRAIL-02")).endswith("sekitar 2 menit 700 m")


def test_units_are_ranked_for_a_vague_place_but_none_is_said_to_be_near(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    incident.accuracy = 1500.0
    db.session.commit()
    text = page(as_user("komang"), incident)
    assert "Kelurahan Mayangan, ± 1,5 km: lokasi tepat belum diketahui, tanyakan" in text
    assert "<strong>sekitar 1–5 menit</strong> <span>0–2,2 km</span>" in text


def test_without_a_place_no_unit_is_nearer(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    incident.latitude = incident.longitude = None
    db.session.commit()
    assert words(row(page(as_user("komang"), incident), "TRAIL-02")).endswith("–")
    assert overridden(incident, "TRAIL-02") == {}


def test_units_beyond_the_nearest_are_folded_unless_one_is_chosen(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    free(cast, "DAMKAR-01", "AMBULANS-02")
    base = cast.unit("AMBULANS-01")
    for number in range(6):
        db.session.add(
            type(base)(call_sign=f"POS-{number}", agency_id=base.agency_id, kind="ambulance", base_name="Pos",
                       base_latitude=HOME[0], base_longitude=HOME[1], status="available")
        )  # fmt: skip
    db.session.commit()
    komang = as_user("komang")
    assert "AMBULANS-02" in page(komang, incident).partition('<details id="farther-2">')[2]
    assert "AMBULANS-02" in add(komang, incident, "AMBULANS-02").text.partition('<details id="farther-2" open>')[2]


# --- several at once ---


def test_several_units_are_asked_in_one_go_and_the_answer_names_them(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    free(cast, "PATROLI-01")
    komang = as_user("komang")
    assert add(komang, incident, "TRAIL-02", "PATROLI-01").status_code == 303
    assert offered(incident) == ["TRAIL-02", "PATROLI-01"]
    assert "Sudah diminta datang: TRAIL-02, PATROLI-01." in komang.get(f"/incidents/{incident.number}").text


def test_of_several_units_each_is_asked_or_refused_with_its_own_reason(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    free(cast, "PATROLI-01")
    other = report(cast, "wahyu")
    assert open_assignment("TRAIL-02").incident_id == other.id
    komang = as_user("komang")
    assert add(komang, incident, "TRAIL-02", "PATROLI-01").status_code == 303
    assert offered(incident) == ["PATROLI-01"]
    text = komang.get(f"/incidents/{incident.number}").text
    assert "Sudah diminta datang: PATROLI-01." in text
    assert f"TRAIL-02 tidak dapat dikirim: sedang ditawari kejadian {other.number}." in text


def test_where_every_unit_is_refused_nothing_changes_and_each_says_why(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    free(cast, "PATROLI-01")
    other = report(cast, "wahyu")
    agencies.end_duty(cast.rina, now())
    db.session.commit()
    answer = add(as_user("komang"), incident, "TRAIL-02", "AMBULANS-01", standard="more_hands")
    assert answer.status_code == 409
    assert errors(answer.text) == [
        ("#unit-0", f"Unit: TRAIL-02 tidak dapat dikirim: sedang ditawari kejadian {other.number}."),
        ("#unit-0", "Unit: AMBULANS-01 tidak dapat dikirim: sedang lepas dinas."),
    ]
    assert checked(answer.text, "standard") == {"more_hands"}
    assert timeline.last(incident.id, "added") is None


def test_units_that_can_do_less_choose_their_lines_of_the_plan_first(cast: Cast) -> None:
    cast.incident_type("emergency").plan = [
        PlanItem(capability="patrol", count=1, position=0), PlanItem(capability="transport", count=1, position=1),
    ]  # fmt: skip
    incident = report(cast)
    free(cast, "PATROLI-01", "TRAIL-01", "AMBULANS-01")
    units = [cast.unit("AMBULANS-01"), cast.unit("PATROLI-01"), cast.unit("TRAIL-01")]
    assert override.add(incident, units, ChoiceReason(), now(), cast.komang) == []
    assert (open_assignment("TRAIL-01").capability, open_assignment("PATROLI-01").capability) == ("patrol", "transport")
    assert missing(incident) == {}


@pytest.mark.both_databases
def test_of_two_dispatchers_who_choose_the_same_units_one_sends_them_all(
    app: Flask, cast: Cast, incident: Incident
) -> None:
    free(cast, "PATROLI-01")
    signs = ["TRAIL-02", "PATROLI-01"]

    def chosen_by(who: str, signs: list[str]) -> list[str]:
        units = [Cast().unit(call_sign) for call_sign in signs]
        mine = db.session.get_one(Incident, number)
        refused = override.add(mine, units, ChoiceReason(), now(), getattr(Cast(), who))
        db.session.commit()
        return [unit.call_sign for unit in refused]

    number = incident.id
    refused = at_once(app, lambda: chosen_by("komang", signs), lambda: chosen_by("hadi", signs[::-1]))
    assert sorted(len(each) for each in refused) == [0, 2]
    assert sorted(offered(incident)) == ["PATROLI-01", "TRAIL-02"]


# --- a reason where a rule is overridden ---


def test_no_rule_is_overridden_by_the_nearest_unit_of_the_plan(cast: Cast, incident: Incident) -> None:
    free(cast, "PATROLI-01")
    assert overridden(incident, "TRAIL-02") == {}
    assert overridden(incident, "TRAIL-02", "PATROLI-01") == {}


def test_a_unit_of_no_capability_of_the_plan_is_against_a_rule(cast: Cast, incident: Incident) -> None:
    assert overridden(incident, "TRAIL-02", "AMBULANS-01") == {"AMBULANS-01": Reason.NO_CAPABILITY}


def test_a_unit_whose_officer_is_in_danger_is_against_a_rule(cast: Cast, incident: Incident) -> None:
    in_danger(cast, cast.unit("TRAIL-02"))
    cast.unit("TRAIL-02").status = "available"
    db.session.commit()
    assert overridden(incident, "TRAIL-02") == {"TRAIL-02": Reason.IN_DANGER}


def test_a_farther_unit_is_against_a_rule_while_a_nearer_one_is_left_out(cast: Cast, incident: Incident) -> None:
    free(cast, "PATROLI-01")
    assert overridden(incident, "PATROLI-01") == {"PATROLI-01": Reason.FARTHER}
    positions.report_position(cast.unit("TRAIL-02"), *HOME, 10, now() - timedelta(minutes=40), now())
    assert overridden(incident, "PATROLI-01") == {}, "nobody knows where the other one is"


def test_a_stale_position_is_against_a_rule_while_a_fresh_one_is_left_out(cast: Cast, incident: Incident) -> None:
    free(cast, "PATROLI-01")
    positions.report_position(cast.unit("TRAIL-02"), *HOME, 10, now() - timedelta(minutes=12), now())
    db.session.expire_all()
    assert overridden(incident, "TRAIL-02") == {"TRAIL-02": Reason.STALE_POSITION}


def test_a_position_that_is_too_old_is_against_a_rule(cast: Cast, incident: Incident) -> None:
    positions.report_position(cast.unit("TRAIL-02"), *HOME, 10, now() - timedelta(minutes=40), now())
    db.session.expire_all()
    assert overridden(incident, "TRAIL-02") == {"TRAIL-02": Reason.STALE_POSITION}


def test_a_unit_that_refused_or_was_withdrawn_is_against_a_rule(cast: Cast, incident: Incident) -> None:
    rules.withdraw(open_assignment("TRAIL-01"), "x", now(), cast.komang)
    rules.refuse(open_assignment("TRAIL-02"), "vehicle", now(), cast.bayu)
    assert overridden(incident, "TRAIL-01", "TRAIL-02") == {"TRAIL-01": Reason.REFUSED, "TRAIL-02": Reason.REFUSED}


def test_the_last_free_units_of_an_agency_are_kept_for_p1(cast: Cast, incident: Incident) -> None:
    free(cast, "PATROLI-01")
    cast.unit("TRAIL-02").agency.reserve = 1
    assert overridden(incident, "TRAIL-02", "PATROLI-01") == {}
    incident.priority = 3
    db.session.commit()
    assert overridden(incident, "TRAIL-02") == {}
    assert overridden(incident, "TRAIL-02", "PATROLI-01") == {"PATROLI-01": Reason.KEPT_FOR_P1}
    cast.unit("TRAIL-02").agency.reserve = 2
    assert overridden(incident, "TRAIL-02") == {"TRAIL-02": Reason.KEPT_FOR_P1}


def test_a_unit_whose_officer_is_in_danger_is_none_that_is_left_for_p1(cast: Cast, incident: Incident) -> None:
    in_danger(cast, cast.unit("PATROLI-01"))
    free(cast, "PATROLI-01", "TRAIL-02")
    cast.unit("TRAIL-02").agency.reserve, incident.priority = 1, 3
    db.session.commit()
    assert overridden(incident, "TRAIL-02") == {"TRAIL-02": Reason.KEPT_FOR_P1}


@pytest.mark.parametrize("given", [{}, {"standard": ""}, {"reason": "  "}])
def test_the_dispatcher_owes_a_reason_where_a_rule_is_overridden_and_reads_which(
    as_user: AsUser, cast: Cast, incident: Incident, given: dict[str, str]
) -> None:
    answer = add(as_user("komang"), incident, "TRAIL-02", "AMBULANS-01", **given)
    assert answer.status_code == 422
    why = "METEOR tidak akan mengirim AMBULANS-01 (tidak ada dalam rencana respons)."
    assert errors(answer.text) == [("#standard-0", f"Alasan: Pilih alasan: {why}")]
    assert ("Beri alasan untuk melanjutkan" in answer.text, "Mohon diperbaiki" in answer.text) == (True, False)
    chosen = {str(cast.unit(call_sign).id) for call_sign in ("TRAIL-02", "AMBULANS-01")}
    assert checked(answer.text, "unit") == chosen
    assert offered(incident) == []


def test_where_no_rule_is_overridden_a_reason_may_stay_out(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    assert add(as_user("komang"), incident, "TRAIL-02").status_code == 303
    assert offered(incident) == ["TRAIL-02"]


def test_what_is_against_a_rule_is_marked_before_it_is_chosen(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    text = page(as_user("komang"), incident)
    assert "tidak ada dalam rencana respons" in row(text, "AMBULANS-01")
    assert ("against-rule" in row(text, "AMBULANS-01"), "against-rule" in row(text, "TRAIL-02")) == (True, False)


@pytest.mark.parametrize(
    ("who", "said"), [("komang", "Permintaan petugas di lokasi"), ("hadi", "Crew on scene asked for it")]
)
def test_a_standard_reason_is_read_in_the_readers_language(
    as_user: AsUser, cast: Cast, incident: Incident, who: str, said: str
) -> None:
    cast.hadi.language = "en"
    add(as_user("komang"), incident, "AMBULANS-01", standard="asked_for", reason="typed before, and not meant")
    text = as_user(who).get(f"/incidents/{incident.number}").text
    assert said in text
    assert "typed before" not in text


def test_another_reason_stands_on_the_timeline_in_its_own_words(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    add(as_user("komang"), incident, "AMBULANS-01", standard="other", reason=" Korban sesak napas ")
    event = timeline.last(incident.id, "added")
    assert event
    assert (event.detail["reason"], event.detail["standard"]) == ("Korban sesak napas", "")


def test_another_reason_without_words_is_none(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    answer = add(as_user("komang"), incident, "TRAIL-02", standard="other", reason=" ")
    assert answer.status_code == 422
    assert "Tulis alasannya, atau pilih alasan lain." in answer.text
    assert 'href="#reason"' in answer.text


def test_a_standard_reason_that_is_none_is_refused(as_user: AsUser, cast: Cast, incident: Incident) -> None:
    answer = add(as_user("komang"), incident, "TRAIL-02", standard="because")
    assert answer.status_code == 422
    assert 'href="#standard-0"' in answer.text


@pytest.mark.parametrize("standard", [key for key in STANDARD_REASONS if key != "other"])
def test_a_replacement_takes_a_standard_reason(as_user: AsUser, cast: Cast, incident: Incident, standard: str) -> None:
    where = f"/assignments/{open_assignment('TRAIL-01').id}/reassignment"
    data = {"unit": cast.unit("TRAIL-02").id, "standard": standard}
    assert as_user("komang").post(where, data=data).status_code == 303
    for happened in ("added", "withdrawn"):
        event = timeline.last(incident.id, happened)
        assert event
        assert event.detail["standard"] == standard
    text = as_user("komang").get(f"/incidents/{incident.number}").text
    assert text.count(str(STANDARD_REASONS[standard])) == 2, "of both units"


def test_a_replacement_begins_with_the_units_for_the_line_that_it_takes_over(
    as_user: AsUser, cast: Cast, incident: Incident
) -> None:
    where = f"/assignments/{open_assignment('TRAIL-01').id}/reassignment"
    found = groups(as_user("komang").get(where).text)
    assert found["Masih dibutuhkan: 1 × patrol"] == ["TRAIL-02"]
    answer = as_user("komang").post(where, data={"unit": cast.unit("TRAIL-02").id})
    assert answer.status_code == 422
    assert "Isi alasannya" in answer.text
