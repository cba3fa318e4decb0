"""Whatever happens to incidents, in any order: what is stored follows from the facts, and nobody is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text, update

from meteor.agencies import rules as agencies
from meteor.agencies.models import Unit
from meteor.agencies.positions import keep_fix
from meteor.alerts import cancelling, followup, merging, summary
from meteor.alerts.incoming import IncomingAlert
from meteor.alerts.models import Alert
from meteor.alerts.rules import receive
from meteor.alerts.separating import OnlyAlert, separate
from meteor.dispatch import jobs as dispatch
from meteor.dispatch import overdue, override, rules
from meteor.dispatch.facts import facts_of, missing
from meteor.dispatch.models import Assignment
from meteor.dispatch.reconciliation import reconcile
from meteor.dispatch.waiting import servable
from meteor.incidents import decisions, escalation, shortfall
from meteor.incidents import jobs as alarms
from meteor.incidents import rules as incidents
from meteor.incidents.models import Escalation, Incident, Merge
from meteor.incidents.places import Place
from meteor.notices.models import Notice
from meteor.sas import second_sign
from meteor.store.database import db
from meteor.store.moments import now
from meteor.welfare import distress, following
from tests.cast import HOME, Cast
from tests.conftest import Backend, Sqlite
from tests.sas.scenes import alarm_types, panel_of, says, shop
from tests.scenes import on_duty

CREWS = {"agus": "TRAIL-01", "bayu": "TRAIL-02", "dewi": "DAMKAR-01", "rina": "AMBULANS-01"}
REPORTERS = st.sampled_from(["sari", "wahyu", "karto", "endang", "agus"])
KINDS = st.sampled_from(["emergency", "crime", "fire", "medical", "other"])
ALARMS = st.sampled_from(["BA", "BA", "FA", "HA", "MA", "TA"])
ZONES = st.sampled_from(["001", "002", "003"])
WHICH = st.integers(0, 5)
BEGUN = now()
REFUSED = (
    rules.TooLate, override.UnitBusy, incidents.AlreadyClosed, incidents.NotClosed,
    merging.SameIncident, merging.Undone, OnlyAlert, escalation.AlreadyAcknowledged, escalation.NothingToAcknowledge,
    agencies.UnitAtWork, agencies.OnDuty, second_sign.NotAwaited, followup.AtPremises,
)  # fmt: skip
STEPS = ("accept", "accept", "depart", "arrive", "arrive")
UNIT_STATUS = {"offered": "offered", "accepted": "assigned", "en_route": "en_route", "on_scene": "on_scene"}
KEPT = ("incidents", "decisions", "assignments", "units", "shortfalls", "escalations", "notices", "events")


class City(RuleBasedStateMachine):
    """Six units, five who press, of whom one is suspended and one an officer, an alarm panel, and staff at work."""

    backend: Backend

    def __init__(self) -> None:
        super().__init__()
        db.session.remove()
        self.backend.leave()
        self.backend.reset()
        self.cast, self.at, self.presses = Cast(), BEGUN, 0
        self.cast.karto.suspended_until = self.at + timedelta(days=1)
        self.cast.incident_type("emergency").plan[0].count = 2
        alarm_types(self.cast)
        self.panel = panel_of(shop(self.cast))
        for who, call_sign in CREWS.items():
            on_duty(self.cast, who, call_sign)
        db.session.execute(update(Unit).values(status="available"))
        db.session.commit()

    def teardown(self) -> None:
        db.session.remove()
        self.backend.leave()

    # --- what can happen ---

    @initialize(kinds=st.tuples(KINDS, KINDS, KINDS), silent=st.booleans())
    def three_press(self, kinds: tuple[str, str, str], silent: bool) -> None:
        for number, who in enumerate(("sari", "wahyu", "karto")):
            self.somebody_presses(who, kinds[number], east=30 * number, silent=silent and number == 1)

    @rule(who=REPORTERS, kind=KINDS, east=st.integers(-40, 40), silent=st.booleans())
    def somebody_presses(self, who: str, kind: str, east: int, silent: bool) -> None:
        place = {"latitude": HOME[0], "longitude": HOME[1] + east / 10_000, "accuracy": 20.0}
        reporter = getattr(self.cast, who).id
        press = IncomingAlert(
            id=UUID(int=self.presses), source="panic", kind=kind, reporter_id=reporter, silent=silent, **place
        )  # type: ignore[arg-type]
        self.presses += 1
        self.do(lambda: escalation.start(self.incident_of(receive(press, self.at).id), self.at))

    @rule(who=st.sampled_from(sorted(CREWS)))
    def an_officer_presses(self, who: str) -> None:
        """The crew's own panic button; off duty nothing comes of it."""
        officer = getattr(self.cast, who)
        if distress.unit_of(officer, self.at) is not None:
            self.presses += 1
            self.do(lambda: distress.press(officer, {"id": str(UUID(int=self.presses - 1))}, self.at))

    @rule(who=st.sampled_from(sorted(CREWS)), east=st.integers(-40, 40))
    def a_unit_is_elsewhere(self, who: str, east: int) -> None:
        officer = getattr(self.cast, who)
        self.do(lambda: keep_fix(officer.id, HOME[0], HOME[1] + east / 10_000, 8.0, self.at, self.at))
        self.do(lambda: following.follow_units(self.at))

    @rule(who=REPORTERS, reason=st.sampled_from(["safe", "mistake"]))
    def a_reporter_takes_it_back(self, who: str, reason: str) -> None:
        if alert := self.newest_alert(who):
            self.do(lambda: cancelling.cancel(alert, reason, self.at, alert.reporter))  # type: ignore[arg-type]

    @rule(who=REPORTERS, kind=KINDS)
    def a_reporter_says_what_it_is(self, who: str, kind: str) -> None:
        if alert := self.newest_alert(who):
            self.do(lambda: followup.choose_kind(alert, kind, self.at, alert.reporter))  # type: ignore[arg-type]

    @rule(who=REPORTERS, east=st.integers(-40, 40))
    def a_reporter_needs_help_elsewhere(self, who: str, east: int) -> None:
        if alert := self.newest_alert(who):
            place = Place(HOME[0], HOME[1] + east / 10_000, 10.0, "device")
            self.do(lambda: followup.need_help_here(alert, place, self.at, alert.reporter))  # type: ignore[arg-type]

    @rule(who=REPORTERS, east=st.integers(-40, 40))
    def a_phone_says_where_it_is_now(self, who: str, east: int) -> None:
        if alert := self.newest_alert(who):
            self.do(lambda: followup.add_fix(alert, HOME[0], HOME[1] + east / 10_000, 8.0, self.at))

    @rule(code=ALARMS, zone=ZONES)
    def a_panel_says_that_something_is_wrong(self, code: str, zone: str) -> None:
        self.presses += 1
        self.do(lambda: says(self.panel, code, self.at, zone))

    @rule(code=st.sampled_from(["BR", "FH", "CL", "BC"]), zone=ZONES)
    def a_panel_says_that_it_is_over(self, code: str, zone: str) -> None:
        self.do(lambda: says(self.panel, code, self.at, zone))

    @rule(which=WHICH, answer=st.sampled_from(second_sign.ANSWERS))
    def a_call_taker_asks_the_premises(self, which: int, answer: str) -> None:
        contact, maya = self.panel.premises.contacts[0], self.cast.maya
        self.about(which, lambda it: second_sign.record(it, contact, answer, 99, self.at, maya))

    @rule(who=st.sampled_from(sorted(CREWS)), status=st.sampled_from(["off_duty", "available"]))
    def a_crew_takes_a_break_or_ends_it(self, who: str, status: str) -> None:
        shift = agencies.shift_of(getattr(self.cast, who))
        if shift is not None:
            self.do(lambda: agencies.set_status(shift.unit, status, self.at))

    @rule(who=st.sampled_from(sorted(CREWS)))
    def a_crew_goes_off_duty_or_on(self, who: str) -> None:
        user, unit = getattr(self.cast, who), self.cast.unit(CREWS[who])
        there = agencies.shift_of(user)
        self.do(lambda: agencies.end_duty(user, self.at) if there else agencies.start_duty(user, unit, self.at))

    @rule(which=WHICH, step=st.sampled_from([*STEPS, "refuse", "clear", "withdraw"]))
    def a_unit_goes_or_not(self, which: int, step: str) -> None:
        if assignment := self.one_of(select(Assignment).where(Assignment.ended_at.is_(None)), which):
            given = ("busy",) if step in ("refuse", "withdraw") else ()
            self.do(lambda: getattr(rules, step)(assignment, *given, self.at, self.cast.agus))

    @rule(which=WHICH, unit=WHICH)
    def the_dispatcher_adds_a_unit(self, which: int, unit: int) -> None:
        chosen = self.one_of(select(Unit), unit)
        self.about(
            which,
            lambda incident: override.add(
                incident, [chosen], override.ChoiceReason("nearer"), self.at, self.cast.komang
            ),
        )

    @rule(which=WHICH, unit=WHICH)
    def the_dispatcher_sends_another_unit(self, which: int, unit: int) -> None:
        chosen = self.one_of(select(Unit), unit)
        if assignment := self.one_of(select(Assignment).where(Assignment.ended_at.is_(None)), which):
            self.do(
                lambda: override.reassign(
                    assignment, chosen, override.ChoiceReason("nearer"), self.at, self.cast.komang
                )
            )

    @rule(which=WHICH, code=KINDS, priority=st.integers(1, 4))
    def the_dispatcher_retypes(self, which: int, code: str, priority: int) -> None:
        row = incidents.type_for(code)
        self.about(which, lambda incident: override.retype(incident, row, priority, "heard", self.at, self.cast.komang))

    @rule(
        which=WHICH, what=st.sampled_from(["hold", "release", "ask again", "close", "close", "reopen", "acknowledge"])
    )
    def staff_decide(self, which: int, what: str) -> None:
        komang = self.cast.komang
        actions: dict[str, Callable[[Incident], object]] = {
            "hold": lambda incident: override.hold(incident, self.at, komang),
            "release": lambda incident: override.release(incident, self.at, self.cast.maya),
            "ask again": lambda incident: override.offer_again(incident, self.at, komang),
            "close": lambda incident: rules.close(incident, "helped", "", self.at, komang),
            "reopen": lambda incident: rules.reopen(incident, "again", self.at, komang),
            "acknowledge": lambda incident: escalation.acknowledge(incident.id, komang, self.at),
        }
        self.about(which, actions[what])

    @rule(which=WHICH, into=WHICH)
    def a_call_taker_merges(self, which: int, into: int) -> None:
        main = self.one_of(select(Incident), into)
        open_ones = select(Incident).where(Incident.status != "closed")
        if main and (incident := self.one_of(open_ones, which)):
            self.do(lambda: merging.merge(incident, main, self.at, self.cast.maya))

    @rule(which=WHICH)
    def a_call_taker_undoes_a_merge(self, which: int) -> None:
        if made := self.one_of(select(Merge).where(Merge.undone_at.is_(None)), which):
            self.do(lambda: merging.undo(made, self.at, self.cast.maya))

    @rule(which=WHICH, into=WHICH)
    def a_merge_that_is_undone_at_once_leaves_everything_as_it_was(self, which: int, into: int) -> None:
        open_ones = select(Incident).where(Incident.status != "closed")
        incident, main = self.one_of(open_ones, which), self.one_of(open_ones, into)
        if incident is not main:
            before = self.as_it_is()
            self.do(lambda: merging.merge(incident, main, self.at, self.cast.maya))
            self.do(lambda: merging.undo(merging.find(incident), self.at, self.cast.maya))  # type: ignore[arg-type]
            assert self.as_it_is() == before

    @rule(which=WHICH, code=KINDS, priority=st.integers(1, 4), east=st.integers(-40, 40), says=st.booleans())
    def somebody_else_calls(self, which: int, code: str, priority: int, east: int, says: bool) -> None:
        """A call-taker takes a call about an incident; some callers say where it is."""
        place = Place(HOME[0], HOME[1] + east / 10_000, 10.0, "call") if says else Place(source="call")
        type_id = incidents.type_for(code).id
        open_ones = select(Incident).where(Incident.status != "closed")
        if incident := self.one_of(open_ones, which):
            call = IncomingAlert(
                id=UUID(int=self.presses), source="call", kind=code, reporter_id=None, type_id=type_id,
                priority=priority, place=place, incident_id=incident.id,
            )  # fmt: skip
            self.presses += 1
            self.do(lambda: receive(call, self.at, self.cast.maya))

    @rule(which=WHICH, code=KINDS, east=st.integers(-40, 40))
    def a_call_taker_splits_what_was_about_something_else(self, which: int, code: str, east: int) -> None:
        place = Place(HOME[0], HOME[1] + east / 10_000, 10.0, "call")
        if alert := self.one_of(select(Alert).order_by(Alert.received_at, Alert.id), which):
            self.do(lambda: separate(alert, incidents.type_for(code), place, self.at, self.cast.maya))

    @rule(seconds=st.sampled_from([15, 31]))
    def the_scheduler_is_killed_within_a_step(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        for job in (overdue.expire, overdue.escalate, escalation.escalate):
            job(self.at)
            db.session.rollback()
        db.session.expire_all()

    @rule(seconds=st.sampled_from([1, 5, 15, 31, 90, 400]))
    def time_passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        for job in (overdue.expire, overdue.escalate, escalation.escalate):
            while job(self.at):  # a turn's share of the time may be over
                db.session.commit()
        db.session.expire_all()

    # --- what is so whatever has happened ---

    @invariant()
    def to_derive_it_all_again_changes_nothing(self) -> None:
        self.serve()
        before = self.stored()
        for incident_id in db.session.scalars(select(Incident.id).order_by(Incident.id)).all():
            decisions.bring_in_line(incident_id, self.at)
            summary.recount(incident_id)
            reconcile(incident_id, self.at)
        db.session.commit()
        assert self.stored() == before

    @invariant()
    def until_a_job_is_due_its_turn_changes_nothing(self) -> None:
        before = self.stored()
        for job in (*dispatch.JOBS, *alarms.JOBS):
            moment = job.due(self.at) if job.due else self.at
            if moment is None or moment > self.at:
                job.run(moment - timedelta(milliseconds=1) if moment else self.at + timedelta(days=1))
                assert (job.name, self.stored()) == (job.name, before)
                db.session.rollback()

    @invariant()
    def a_unit_is_where_its_assignment_says(self) -> None:
        on_it = dict(
            db.session.execute(select(Assignment.unit_id, Assignment.status).where(Assignment.ended_at.is_(None))).all()
        )
        for unit in db.session.execute(select(Unit.id, Unit.status)):
            said = on_it.get(unit.id)
            assert unit.status == UNIT_STATUS[said] if said else unit.status in agencies.BY_HAND

    @invariant()
    def no_unit_that_could_go_is_left_where_one_is_missing(self) -> None:
        self.serve()
        assert servable(self.at, 10) == []
        for incident in db.session.scalars(select(Incident).where(Incident.status != "closed", ~Incident.held)):
            lacking = {line.capability: line.count for line in missing(facts_of(incident.id))}
            assert {gap.capability: gap.count for gap in shortfall.gaps(incident.id)} == lacking

    @invariant()
    def what_is_closed_asks_for_nothing(self) -> None:
        closed = select(Incident.id).where(Incident.status == "closed")
        on_it = select(Assignment.id).where(Assignment.incident_id.in_(closed), Assignment.ended_at.is_(None))
        assert db.session.scalars(on_it).all() == []
        for incident in db.session.scalars(select(Incident).where(Incident.status == "closed")):
            assert (incident.waiting_since, incident.held, shortfall.gaps(incident.id)) == (None, False, [])

    @invariant()
    def every_open_alarm_is_acknowledged_or_rings(self) -> None:
        while escalation.escalate(self.at):
            db.session.commit()
        for incident in db.session.scalars(select(Incident).where(Incident.status != "closed")):
            run = db.session.get(Escalation, incident.id, populate_existing=True)
            key = f"alarm:{incident.id}:"
            ringing = select(Notice.id).where(Notice.key.startswith(key), Notice.acknowledged_at.is_(None))
            if run and incident.priority <= escalation.SIREN:
                assert run.acknowledged_at or db.session.scalar(ringing.limit(1))

    @invariant()
    def every_press_is_kept_and_handled(self) -> None:
        alerts = db.session.scalars(select(Alert)).all()
        assert len(alerts) == self.presses
        assert all(alert.incident.merged_into_id is None for alert in alerts)

    # --- how ---

    def do(self, action: Callable[[], object]) -> None:
        """Try it, a moment later; who comes too late, or asks for what cannot be, changes nothing."""
        self.at += timedelta(milliseconds=1)
        try:
            action()
        except REFUSED:
            db.session.rollback()
        else:
            db.session.commit()
        db.session.expire_all()

    def about(self, which: int, action: Callable[[Incident], object]) -> None:
        if incident := self.one_of(select(Incident), which):
            self.do(lambda: action(incident))

    def serve(self) -> None:
        """The scheduler offers what a unit that is free again can do."""
        while servable(self.at, 1):
            overdue.serve_waiting(self.at)
            db.session.commit()

    def one_of(self, query: Any, which: int) -> Any:
        rows = db.session.scalars(query).unique().all()
        return rows[which % len(rows)] if rows else None

    def newest_alert(self, who: str) -> Alert | None:
        own = select(Alert).where(Alert.reporter_id == getattr(self.cast, who).id)
        return db.session.scalars(own.order_by(Alert.received_at.desc(), Alert.id)).first()

    def incident_of(self, alert_id: Any) -> int:
        return db.session.scalars(select(Alert.incident_id).where(Alert.id == alert_id)).one()

    def as_it_is(self) -> dict[str, list[Any]]:
        """What every incident is, and which it handles: all but since when it waits for whom, or is what it is."""
        passing = {"waiting_since", "escalated", "place", "reclassified_at"}
        columns = [column for column in Incident.__table__.columns if column.name not in passing]
        alerts = select(Alert.id, Alert.incident_id, Alert.repeat).order_by(Alert.id)
        return {
            "incidents": list(db.session.execute(select(*columns).order_by(Incident.id))),
            "alerts": list(db.session.execute(alerts)),
        }

    def stored(self) -> dict[str, list[Any]]:
        """All rows of what incidents, units and those who are told of them have."""
        return {table: list(db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))) for table in KEPT}


@pytest.mark.both_databases
def test_what_is_stored_follows_from_the_facts_and_nobody_is_forgotten(
    backend: Backend, app: Any, request: pytest.FixtureRequest
) -> None:
    examples = (16 if isinstance(backend, Sqlite) else 3) * (10 if request.config.getoption("--full") else 1)
    city = type("City", (City,), {"backend": backend})
    run_state_machine_as_test(
        city,
        settings=settings(
            max_examples=examples, stateful_step_count=20, derandomize=True, database=None,
        ),
    )  # fmt: skip
