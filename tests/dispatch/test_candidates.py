"""Choosing from the database: as from all units, without reading all of them."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from meteor.agencies.models import Agency, Unit, UnitCapability
from meteor.dispatch import candidates, nearest
from meteor.dispatch.choice import Candidate, Choice, PlanLine, Reason
from meteor.dispatch.geography import Point, metres
from meteor.dispatch.models import Assignment
from meteor.incidents.models import Incident
from meteor.store.database import db
from meteor.store.moments import now
from tests.cast import HOME, Cast

NOW = now()
PATROL, FIRE, MEDICAL = PlanLine("patrol"), PlanLine("fire"), PlanLine("medical")


@pytest.fixture
def units(cast: Cast) -> None:
    """The units of the cast, free and at their bases."""
    for unit in db.session.scalars(select(Unit)):
        unit.status = "available"


def put(call_sign: str, minutes: float | None = None, at: Point | None = None, **given: Any) -> Unit:
    """Change a unit of the cast; with `at` it was there so many minutes ago, and is not at its base."""
    unit = Cast().unit(call_sign)
    if minutes is not None:
        unit.position_at = NOW - timedelta(minutes=minutes)
    if at:
        unit.latitude, unit.longitude, unit.at_base = *at, False
    for name, value in given.items():
        setattr(unit, name, value)
    return unit


def send(call_sign: str, priority: int, status: str = "en_route", *, ended: bool = False) -> None:
    """Put a unit on an incident of this priority (or, `ended`, back from it)."""
    incident = Incident(
        number=f"26-{priority}-{call_sign}", type=Cast().incident_type("other"), priority=priority, source="panic"
    )
    assignment = Assignment(incident=incident, unit=Cast().unit(call_sign), capability="patrol", expires_at=NOW)
    assignment.ended_at = NOW if ended else None
    assignment.status = "cleared" if ended else "en_route"
    db.session.add(assignment)
    put(call_sign, status="available" if ended else status)


def choose(point: Point | None, *plan: PlanLine, p: int = 2, **given: Any) -> Choice:
    """Choose as from few units, all of them read, and make sure that reading boxes comes to the same."""
    db.session.flush()
    choice = candidates.choose(db.session.connection(), point, plan, p, NOW, **given)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(candidates, "FEW", -1)
        boxed = candidates.choose(db.session.connection(), point, plan, p, NOW, **given)
    assert (boxed.picks, boxed.lacking, passed_over(boxed)) == (choice.picks, choice.lacking, passed_over(choice))
    return choice


def said(choice: Choice) -> list[str]:
    return [f"{verdict.unit} {verdict.reason}" for line in choice.lines for verdict in line.verdicts]


@pytest.mark.usefixtures("units")
class TestPlaces:
    def test_without_a_fix_a_unit_stands_at_its_base(self) -> None:
        [pick] = choose(HOME, PATROL).picks
        assert (pick.candidate.call_sign, pick.candidate.position_age) == ("TRAIL-01", None)
        assert pick.distance == metres(HOME, (-7.7350, 113.2160))

    def test_a_fresh_fix_is_where_it_is(self) -> None:
        put("PATROLI-01", minutes=10, at=HOME)
        [pick] = choose(HOME, PATROL).picks
        assert (pick.candidate.call_sign, pick.candidate.position_age, pick.distance) == ("PATROLI-01", 600, 0)

    def test_a_fresh_fix_goes_before_the_base(self) -> None:
        put("TRAIL-01", minutes=10, latitude=-7.8, longitude=113.2)
        assert said(choose(HOME, PATROL))[0] == "TRAIL-02 chosen"

    def test_at_its_base_a_unit_stays_there_when_its_fix_grows_old(self) -> None:
        put("TRAIL-01", minutes=11, latitude=-7.735, longitude=113.216)
        [pick] = choose(HOME, PATROL).picks
        assert (pick.candidate.call_sign, pick.candidate.position_age) == ("TRAIL-01", None)

    def test_elsewhere_an_old_fix_stands_behind_fresh_ones(self) -> None:
        put("TRAIL-01", minutes=11, at=HOME)
        assert said(choose(HOME, PATROL))[:2] == ["TRAIL-01 stale position", "TRAIL-02 chosen"]

    def test_elsewhere_an_old_fix_is_better_than_nobody(self) -> None:
        put("DAMKAR-01", minutes=30, at=HOME)
        [pick] = choose(HOME, FIRE).picks
        assert pick.candidate.position_age == 1800

    def test_a_fix_of_31_minutes_counts_no_more(self) -> None:
        put("DAMKAR-01", minutes=31, at=HOME)
        choice = choose(HOME, FIRE)
        assert (said(choice), choice.lacking) == (["DAMKAR-01 stale position"], (FIRE,))

    def test_who_has_no_place_at_all_is_named_when_nobody_goes(self) -> None:
        put("DAMKAR-01", at_base=False)
        [verdict] = choose(HOME, FIRE).lines[0].verdicts
        assert (verdict.unit, verdict.distance, verdict.reason) == ("DAMKAR-01", None, Reason.STALE_POSITION)

    @pytest.mark.parametrize("point", [(89.9999, 0.0), (-89.99, 170.0), (0.0, 180.0), (10.0, -179.9999)])
    def test_at_the_ends_of_the_earth_too(self, point: Point) -> None:
        put("TRAIL-01", minutes=1, at=(point[0] - 0.001 if point[0] > 0 else point[0] + 0.001, -point[1]))
        put("TRAIL-02", minutes=1, at=(point[0] - 0.01 if point[0] > 0 else point[0] + 0.01, point[1]))
        assert said(choose(point, PATROL))[0] == "TRAIL-01 chosen"


@pytest.mark.usefixtures("units")
class TestRules:
    def test_who_is_busy_off_duty_or_had_an_offer_is_passed_over_and_named(self) -> None:
        put("TRAIL-01", status="off_duty")
        send("TRAIL-02", priority=2)
        assert said(choose(HOME, PATROL)) == ["TRAIL-01 off duty", "TRAIL-02 busy", "PATROLI-01 chosen"]
        put("TRAIL-01", status="available")
        assert said(choose(HOME, PATROL, refused={Cast().unit("TRAIL-01").id}))[0] == "TRAIL-01 refused"
        assert said(choose(HOME, PATROL, expired={Cast().unit("TRAIL-01").id}))[0] == "TRAIL-01 expired"

    def test_who_is_out_of_service_is_never_named(self) -> None:
        put("DAMKAR-01", in_service=False)
        choice = choose(HOME, FIRE)
        assert (said(choice), choice.lacking) == ([], (FIRE,))

    def test_p1_takes_the_nearest_out_of_p3(self) -> None:
        send("TRAIL-01", priority=3)
        assert said(choose(HOME, PATROL, p=1))[0] == "TRAIL-01 taken from P3"
        assert said(choose(HOME, PATROL, p=2))[:2] == ["TRAIL-01 busy", "TRAIL-02 chosen"]

    def test_p1_takes_nobody_out_of_p2(self) -> None:
        send("TRAIL-01", priority=2)
        assert said(choose(HOME, PATROL, p=1))[:2] == ["TRAIL-01 busy", "TRAIL-02 chosen"]

    def test_an_assignment_that_ended_binds_nobody(self) -> None:
        send("TRAIL-01", priority=2, ended=True)
        [pick] = choose(HOME, PATROL, p=1).picks
        assert (pick.candidate.call_sign, pick.candidate.busy_with_priority) == ("TRAIL-01", None)

    def test_p3_leaves_an_agency_its_reserve(self) -> None:
        _polres().reserve = 3
        choice = choose(HOME, PATROL, p=3)
        assert said(choice) == ["TRAIL-01 kept for P1", "TRAIL-02 kept for P1", "PATROLI-01 kept for P1"]
        assert choice.lacking == (PATROL,)

    def test_p4_gets_what_is_above_the_reserve(self) -> None:
        _polres().reserve = 2
        choice = choose(HOME, PlanLine("patrol", 2), p=4)
        assert said(choice)[:2] == ["TRAIL-01 chosen", "TRAIL-02 kept for P1"]
        assert choice.lacking == (PATROL,)

    def test_who_could_not_be_sent_is_no_reserve(self) -> None:
        _polres().reserve = 2
        put("PATROLI-01", minutes=31, at=HOME)
        assert choose(HOME, PATROL, p=3).lacking

    def test_p2_takes_from_the_reserve(self) -> None:
        _polres().reserve = 3
        assert not choose(HOME, PATROL, p=2).lacking

    def test_a_plan_of_several_lines(self) -> None:
        choice = choose(HOME, FIRE, PlanLine("patrol", 2), MEDICAL)
        chosen = [pick.candidate.call_sign for pick in choice.picks]
        assert chosen == ["DAMKAR-01", "TRAIL-01", "TRAIL-02", "AMBULANS-01"]

    def test_without_a_place_the_longest_idle_goes(self) -> None:
        put("TRAIL-02", idle_since=NOW - timedelta(hours=2))
        [pick] = choose(None, PATROL).picks
        assert (pick.candidate.call_sign, pick.reason, pick.distance) == ("TRAIL-02", Reason.LONGEST_IDLE, None)

    def test_without_a_place_and_without_anybody_free_all_are_named(self) -> None:
        for call_sign in ("TRAIL-01", "TRAIL-02", "PATROLI-01"):
            put(call_sign, status="off_duty")
        choice = choose(None, PATROL)
        assert sorted(said(choice)) == ["PATROLI-01 off duty", "TRAIL-01 off duty", "TRAIL-02 off duty"]

    def test_what_no_unit_can_do_is_lacking(self) -> None:
        choice = choose(HOME, PlanLine("diving", 2), PATROL)
        assert (choice.lacking, len(choice.picks)) == ((PlanLine("diving", 2),), 1)


def _polres() -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == "POLRES")).one()


@pytest.mark.usefixtures("units")
class TestCrowd:
    """More units than are named stand around the place, off duty: they hide nobody."""

    @pytest.fixture(autouse=True)
    def crowd(self, units: None) -> None:
        stand(60, north_east(20, 0), status="off_duty")

    def test_who_is_in_the_corner_of_a_box_does_not_win_over_who_is_nearer_outside(self) -> None:
        put("TRAIL-01", minutes=1, at=north_east(190, 190))
        put("TRAIL-02", minutes=1, at=north_east(210, 0))
        assert said(choose(HOME, PATROL))[-2:] == ["TRAIL-02 chosen", "TRAIL-01 farther"]

    def test_whom_p1_takes_is_found(self) -> None:
        send("TRAIL-02", priority=4)
        put("TRAIL-02", minutes=1, at=north_east(100, 0))
        put("TRAIL-01", minutes=1, at=north_east(3000, 0))
        [pick] = choose(HOME, PATROL, p=1).picks
        assert pick.candidate.call_sign == "TRAIL-02"

    def test_fifty_are_named_beside_the_chosen(self) -> None:
        put("TRAIL-01", minutes=1, at=HOME)
        put("TRAIL-02", minutes=1, at=north_east(400, 0))
        verdicts = said(choose(HOME, PlanLine("patrol", 2)))
        assert (verdicts[0], len(verdicts)) == ("TRAIL-01 chosen", 1 + 50 + 1 + 1)

    def test_a_place_is_named_before_the_lack_of_one(self) -> None:
        db.session.execute(update(Unit).values(latitude=None, longitude=None, position_at=None, at_base=False))
        put("TRAIL-01", minutes=31, at=north_east(9000, 0))
        assert said(choose(HOME, PATROL))[0] == "TRAIL-01 stale position"

    def test_without_a_place_those_whom_their_agency_keeps_hide_nobody(self) -> None:
        db.session.execute(update(Unit).values(status="available", idle_since=NOW - timedelta(hours=1)))
        _polres().reserve = 100
        put("AMBULANS-02", idle_since=NOW).capabilities.append(UnitCapability(capability="patrol"))
        [pick] = choose(None, PATROL, p=3).picks
        assert pick.candidate.call_sign == "AMBULANS-02"


class TestCity:
    """Hundreds of units, so that boxes are read; everything is compared with the choice from all of them."""

    @pytest.fixture(autouse=True)
    def city(self, cast: Cast) -> None:
        random = Random(7)
        posts = [around(HOME, random, 0.04) for _ in range(20)]
        fill(random, 600, posts)

    def test_it_is_the_choice_from_all_units(self) -> None:
        random = Random(11)
        everybody = all_candidates()
        for _ in range(60):
            point = random.choice([around(HOME, random, 0.04), around(HOME, random, 0.3), everybody[0].place, None])
            plan = random.choice([[PATROL], [PlanLine("patrol", 3)], [FIRE, PlanLine("patrol", 2)], [MEDICAL, FIRE]])
            had_offer = frozenset(random.sample(range(1, 600), 200))
            priority = random.choice([1, 2])
            choice = choose(point, *plan, p=priority, refused=had_offer)
            able = [it for it in everybody if it.capabilities & {line.capability for line in plan}]
            whole = nearest.choose(point, able, plan, priority, refused=had_offer)
            assert choice.picks == whole.picks
            assert choice.lacking == whole.lacking
            assert passed_over(choice) == passed_over(whole)

    def test_agencies_keep_their_reserves(self) -> None:
        everybody = all_candidates()
        for agency in db.session.scalars(select(Agency)):
            free = [it for it in everybody if it.agency_id == agency.id and it.status == "available" and not it.lost]
            agency.reserve = sum("patrol" in it.capabilities for it in free) - 2
        choice = choose(HOME, PlanLine("patrol", 9), p=3)
        assert choice.lacking == (PlanLine("patrol", 3),)
        assert len({(pick.candidate.agency_id) for pick in choice.picks}) == 3

    def test_few_of_them_are_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read: list[Any] = []
        candidate = candidates._candidate
        monkeypatch.setattr(candidates, "_candidate", lambda row, at: read.append(row) or candidate(row, at))
        assert choose(HOME, PATROL).picks
        assert len(read) < 60

    def test_of_many_who_were_passed_over_the_nearest_50_are_named(self) -> None:
        db.session.execute(update(Unit).values(status="off_duty"))
        put("TRAIL-01", status="available", minutes=1, at=(HOME[0] + 0.2, HOME[1]))
        verdicts = choose(HOME, PATROL).lines[0].verdicts
        assert len(verdicts) == 51
        assert {verdict.reason for verdict in verdicts[:-1]} == {Reason.OFF_DUTY}
        assert (verdicts[-1].unit, verdicts[-1].reason) == ("TRAIL-01", Reason.CHOSEN)


def north_east(north: float, east: float) -> Point:
    """The place so many metres north and east of Sari's door."""
    return HOME[0] + north / 110_594, HOME[1] + east / 110_310


def stand(count: int, at: Point, **given: Any) -> None:
    """So many new motorbikes of the police at one place, a minute ago."""
    unit = {
        "agency_id": _polres().id, "kind": "motorbike", "base_name": "Pos", "base_latitude": 0, "base_longitude": 0,
        "at_base": False, "latitude": at[0], "longitude": at[1], "position_at": NOW - timedelta(minutes=1),
    }  # fmt: skip
    numbers = range(1000, 1000 + count)
    rows = [unit | given | {"id": number, "call_sign": f"M-{number}"} for number in numbers]
    db.session.execute(insert(Unit), rows)
    db.session.execute(insert(UnitCapability), [{"unit_id": number, "capability": "patrol"} for number in numbers])


def around(point: Point, random: Random, degrees: float) -> Point:
    return point[0] + random.uniform(-degrees, degrees), point[1] + random.uniform(-degrees, degrees)


def fill(random: Random, size: int, posts: Sequence[Point]) -> None:
    """Units with fixes of every age, at their bases and elsewhere, free and busy."""
    agencies = db.session.scalars(select(Agency.id)).all()
    other = Cast().incident_type("other")
    incidents = [Incident(number=f"26-{p}", type=other, priority=p, source="call") for p in (2, 3)]
    db.session.add_all(incidents)
    db.session.flush()
    units, abilities, assignments = [], [], []
    for number in range(100, 100 + size):
        base = random.choice(posts)
        place = random.choice([base, around(base, random, 0.02)])
        status = random.choice(["available", "available", "off_duty", "en_route", "on_scene"])
        seconds = random.choice([None, 30, 599, 601, 1799, 1801, 9000])
        units.append({
            "id": number, "call_sign": f"U-{number}", "agency_id": random.choice(agencies), "kind": "motorbike",
            "base_name": "Pos", "base_latitude": base[0], "base_longitude": base[1], "at_base": random.random() < 0.5,
            "latitude": place[0] if seconds else None, "longitude": place[1] if seconds else None,
            "position_at": NOW - timedelta(seconds=seconds) if seconds else None, "status": status,
            "idle_since": NOW - timedelta(minutes=random.randint(0, 3)),
        })  # fmt: skip
        skills = random.choice([["patrol"], ["patrol"], ["patrol", "transport"], ["fire", "patrol"], ["medical"]])
        abilities += [{"unit_id": number, "capability": skill} for skill in skills]
        if status in {"en_route", "on_scene"}:
            on = random.choice(incidents).id
            assignments.append({"unit_id": number, "incident_id": on, "capability": skills[0], "expires_at": NOW})
    for table, rows in ((Unit, units), (UnitCapability, abilities), (Assignment, assignments)):
        db.session.execute(insert(table), rows)


def all_candidates() -> list[Candidate]:
    """All units in service, read the plain way."""
    busy = {it.unit_id: it.incident.priority for it in db.session.scalars(select(Assignment))}
    found = []
    for unit in db.session.scalars(select(Unit).where(Unit.in_service)):
        age = (NOW - unit.position_at).total_seconds() if unit.position_at else None
        place = (unit.latitude, unit.longitude) if unit.latitude is not None and unit.longitude is not None else None
        if unit.at_base and (age is None or age > 600):
            place, age = (unit.base_latitude, unit.base_longitude), None
        skills = frozenset(it.capability for it in unit.capabilities)
        found.append(
            Candidate(unit.id, unit.call_sign, unit.agency_id, skills, unit.status, place, age, unit.idle_since,
                      busy.get(unit.id))
        )  # fmt: skip
    return found


def passed_over(choice: Choice) -> list[Any]:
    """The verdicts on who could do it and was nearer, line by line; of too many the number and the nearest."""
    unsaid = {Reason.FARTHER, Reason.NO_CAPABILITY}
    lines = [[it for it in line.verdicts if it.reason not in unsaid] for line in choice.lines]
    return [sorted(line, key=str) if len(line) < 50 else [len(line), line[0].distance] for line in lines]
