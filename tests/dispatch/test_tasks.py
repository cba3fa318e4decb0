"""What the crew has to do now: the offer with its time, then one next step at a time."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest

from meteor.agencies import rules as agencies
from meteor.dispatch import offers, overdue, override, responders, rules
from meteor.dispatch.crew import task_version
from meteor.dispatch.reconciliation import offer_beside
from meteor.incidents import rules as incidents
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import Cast
from tests.conftest import Browser
from tests.scenes import on_duty, open_assignment, report

AsUser = Callable[[str], Browser]


def work(client: Browser, on: str = "") -> str:
    answer = client.get("/unit/offers", query_string={"on": on} if on else {})
    assert answer.status_code == 200
    return answer.text


def actions(text: str) -> list[str]:
    """The last parts of the addresses of the buttons that are shown."""
    text = re.sub(r'<div data-step="\w+" hidden>.*?</div>', "", text, flags=re.DOTALL)
    return [part.split('"')[0].split("/")[-1] for part in text.split('formaction="')[1:]]


def test_an_offer_says_what_where_how_soon_and_how_long_it_stands(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, silent=True)
    offer = open_assignment("TRAIL-01")
    text = work(as_user("agus"))
    assert "Darurat" in text
    assert "<strong>sekitar satu menit</strong>, 160 m" in text
    assert "RT 03 RW 05" in text
    assert "Senyap: jangan menelepon" in text
    expires = offer.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert f'class="countdown" datetime="{expires}"' in text
    assert 'data-alarm="offer"' in text
    assert actions(text) == ["acceptance", *["refusal"] * 4]
    assert [part.split('"')[0] for part in text.split('name="reason" value="')[1:]] == list(rules.REFUSALS)


@pytest.mark.parametrize(("sent", "said"), [(None, True), (60, True), (1, False)])
def test_an_offer_says_when_it_is_measured_from_the_base(
    as_user: AsUser, cast: Cast, sent: int | None, said: bool
) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    if sent is not None:
        unit.latitude, unit.longitude = unit.base_latitude, unit.base_longitude
        unit.position_at = now() - timedelta(minutes=sent)
        db.session.commit()
    report(cast)
    assert ("diukur dari pos unit" in work(as_user("agus"))) == said
    unit.latitude, unit.longitude, unit.at_base, unit.position_at = -7.75, 113.21, False, now()
    db.session.commit()  # the first fix from the road leaves the distance of the offer as it was
    if sent != 1:
        assert "diukur dari pos unit" in work(as_user("agus"))


def test_an_offer_measured_from_an_older_fix_at_the_base_does_not_name_the_base(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    unit.latitude, unit.longitude = unit.base_latitude + 0.0005, unit.base_longitude
    unit.position_at = now() - timedelta(minutes=60)
    db.session.commit()
    incident = report(cast)
    offer = open_assignment("TRAIL-01")
    offer.distance = offers.distance(unit, incident)  # as for a unit that the dispatcher adds
    db.session.commit()
    assert "diukur dari pos unit" not in work(as_user("agus"))


def test_an_offer_to_a_vague_place_promises_neither_metres_nor_minutes(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast, accuracy=1500.0)
    text = work(as_user("agus"))
    assert "<strong>sekitar 1–4 menit</strong>, 0–1,7 km" in text
    assert "Kelurahan Mayangan, ± 1,5 km: lokasi tepat belum diketahui, tanyakan" in text


def test_the_whole_crew_is_asked(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-01")
    report(cast)
    assert "data-alarm" in work(as_user("bayu"))


def test_nobody_else_is_asked(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    report(cast)
    assert "data-alarm" not in work(as_user("bayu"))


def test_one_step_follows_the_other_until_the_incident_is_closed(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    agus, assignment = as_user("agus"), open_assignment("TRAIL-01")
    rules.accept(assignment, now(), cast.agus)
    assert actions(work(agus)) == ["departure"]
    rules.depart(assignment, now(), cast.agus)
    assert actions(work(agus)) == ["arrival"]
    rules.arrive(assignment, now(), cast.agus)
    text = work(agus)
    assert actions(text) == []
    assert f'href="/incidents/{incident.number}/closure"' in text


def test_who_is_not_alone_there_clears_and_leaves_the_closing_to_the_others(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    report(cast, "sari", "crime")
    for call_sign, who in (("TRAIL-01", cast.agus), ("TRAIL-02", cast.bayu)):
        rules.accept(open_assignment(call_sign), now(), who)
    rules.arrive(open_assignment("TRAIL-01"), now(), cast.agus)
    assert actions(work(as_user("agus"))) == ["clearance"]


def test_the_job_is_pinned_on_every_page_but_its_own(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    assert 'id="at-work"' in work(as_user("agus"))
    own = work(as_user("agus"), on=incident.number)
    assert 'id="at-work"' not in own
    assert actions(own) == ["departure"]


def test_a_crew_that_is_taken_for_p1_reads_from_where(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    lesser = report(cast, "wahyu", "other")
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    report(cast, "sari", "emergency")
    text = work(as_user("agus"))
    assert "data-alarm" in text
    assert f"dialihkan dari kejadian {lesser.number}" in text


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("taken", "Sudah diambil unit lain:"),
        ("expired", "Tawaran tidak dijawab tepat waktu"),
        ("withdrawn", "Unit Anda ditarik dari:"),
        ("closed", "Ditutup sebelum Anda menjawab:"),
    ],
)
def test_an_offer_that_is_gone_says_where_it_went(as_user: AsUser, cast: Cast, ending: str, words: str) -> None:
    on_duty(cast, "bayu", "TRAIL-02")
    incident = report(cast)
    on_duty(cast, "agus", "TRAIL-01")
    offer_beside(incident.id, now())
    if ending == "taken":
        rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    elif ending == "expired":
        overdue.expire(now() + timedelta(seconds=31))
    elif ending == "withdrawn":
        rules.withdraw(open_assignment("TRAIL-02"), "Lebih dekat", now(), cast.komang)
    else:
        rules.close(incident, "prank", "", now(), cast.komang)
    text = work(as_user("bayu"))
    assert words in text
    assert incident.number in text
    assert "data-alarm" not in text


def test_an_offer_that_ran_out_went_on_only_where_there_is_a_next_unit(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident, agus = report(cast), as_user("agus")
    overdue.expire(now() + timedelta(seconds=31))
    db.session.commit()
    alone, version = work(agus), task_version(cast.agus.id)
    assert "Tawaran tidak dijawab tepat waktu. Belum ada unit lain:" in alone
    on_duty(cast, "bayu", "TRAIL-02")
    overdue.serve_waiting(now())
    db.session.commit()
    assert task_version(cast.agus.id) != version
    assert "Tawaran tidak dijawab tepat waktu dan beralih ke unit berikutnya:" in work(agus)
    rules.close(incident, "prank", "", now(), cast.komang)
    db.session.commit()
    assert "Tawaran tidak dijawab tepat waktu:" in work(agus)


def test_an_offer_that_ran_out_says_nothing_of_others_where_another_unit_was_there(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    overdue.expire(now() + timedelta(seconds=31))
    on_duty(cast, "bayu", "TRAIL-02")
    overdue.serve_waiting(now())
    rules.accept(open_assignment("TRAIL-02"), now(), cast.bayu)
    rules.arrive(open_assignment("TRAIL-02"), now(), cast.bayu)
    rules.clear(open_assignment("TRAIL-02"), now(), cast.bayu)
    db.session.commit()
    assert "Tawaran tidak dijawab tepat waktu:" in work(as_user("agus"))


def test_what_was_before_this_duty_is_nobodys_concern(as_user: AsUser, cast: Cast) -> None:
    unit = on_duty(cast, "agus", "TRAIL-01")
    incident = report(cast)
    rules.refuse(open_assignment("TRAIL-01"), "vehicle", now() - timedelta(hours=9), cast.agus)
    assert unit.status == "available"
    assert incident.number not in work(as_user("agus"))


def test_off_duty_there_is_nothing_to_do(as_user: AsUser, cast: Cast) -> None:
    report(cast)
    assert actions(work(as_user("agus"))) == []


def test_its_version_changes_with_everything_that_becomes_of_the_job(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    incident, fire = report(cast), incidents.type_for("fire")
    job = open_assignment("TRAIL-01")
    steps: list[Callable[[], object]] = [
        lambda: rules.accept(job, now(), cast.agus),
        lambda: override.add(
            incident, [on_duty(cast, "bayu", "TRAIL-02")], override.ChoiceReason("Dua"), now(), cast.komang
        ),
        lambda: override.stage(incident, -7.74, 113.21, now(), cast.komang),
        lambda: override.retype(incident, fire, 2, "Api", now(), cast.komang),
        lambda: rules.withdraw(open_assignment("TRAIL-02"), "Cukup", now(), cast.komang),
        lambda: responders.tell("called_again", incident.id, incident.number, now()),
        lambda: responders.acknowledge_all(incident.id, now()),
        lambda: rules.depart(job, now(), cast.agus),
        lambda: rules.arrive(job, now(), cast.agus),
        lambda: rules.close(incident, "helped", "", now(), cast.agus),
        lambda: report(cast, "wahyu"),
        lambda: rules.refuse(open_assignment("TRAIL-01"), "vehicle", now(), cast.agus),
        lambda: agencies.end_duty(cast.agus, now()),
    ]
    shown = ["0", task_version(cast.agus.id)]
    for step in steps:
        step()
        db.session.commit()
        shown.append(task_version(cast.agus.id))
    assert shown[-1] == "0"
    assert all(version != before for before, version in pairwise(shown)), shown


def test_its_version_is_that_of_the_unit_whatever_happens_elsewhere(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    report(cast)
    agus, version = as_user("agus"), task_version(cast.agus.id)
    assert f'data-version="{version}"' in work(agus)
    report(cast, "karto", "fire")
    assert agus.get(f"/unit/offers?on=x&v={version}").status_code == 204
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    assert agus.get(f"/unit/offers?v={version}").status_code == 200


@pytest.mark.parametrize("who", ["sari", "komang", "maya", "tuti"])
def test_only_officers_are_offered_jobs(as_user: AsUser, cast: Cast, who: str) -> None:
    assert as_user(who).get("/unit/offers").status_code == 403


# --- what the reporter does meanwhile ---


def test_the_crew_is_rung_beside_its_job_until_it_knows(as_user: AsUser, cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02")
    incident = report(cast)
    rules.accept(open_assignment("TRAIL-01"), now(), cast.agus)
    responders.tell("needs_help_here", incident.id, incident.number, now())
    db.session.commit()
    text = work(as_user("agus"))
    assert 'data-alarm="notice"' in text
    assert "butuh bantuan di tempatnya sekarang" in text
    address = re.search(r'formaction="(/notices/\d+/acknowledgement)"', text)
    assert address
    assert "data-alarm" not in work(as_user("bayu"))
    assert as_user("bayu").post(address[1]).status_code == 404
    page = f"/incidents/{incident.number}"
    answer = as_user("agus").post(address[1], data={"next": page}, headers={"Accept": "application/json"})
    assert answer.json == {"url": page}
    assert "data-alarm" not in work(as_user("agus"))
