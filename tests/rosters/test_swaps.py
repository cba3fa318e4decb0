"""Officers swap shifts: one offers, the colleague agrees, a planner approves."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import cached_property

import pytest
from flask_babel import force_locale, format_date
from sqlalchemy import delete, select

from meteor.accounts.models import UserRole
from meteor.agencies.models import Member
from meteor.notices.labels import sentence
from meteor.notices.models import Notice
from meteor.rosters import absence, open_swaps, rules, shift_notices, swaps
from meteor.rosters.models import PlannedShift, ShiftSwap
from meteor.rosters.rest import fingerprint
from meteor.rosters.rules import Draft, NotPlannable
from meteor.rosters.swaps import NotSwappable, OwnSwap, SwapOver
from meteor.store.database import db, hang_up
from meteor.store.moments import now, today
from tests.admin import followed
from tests.cast import Cast, user
from tests.conftest import Browser
from tests.rosters.plans import MONDAY, agency, planned, shift_type, wib
from tests.store.plans import scans, statements

pytestmark = pytest.mark.both_databases

AsUser = Callable[[str], Browser]

DAY = timedelta(days=1)
BEFORE = wib(MONDAY - DAY, 6)


def roster() -> list[tuple[str, date, str]]:
    """Who is planned, on which day, in which shift."""
    db.session.expire_all()
    rows = db.session.scalars(select(PlannedShift).where(PlannedShift.cancelled_at.is_(None)))
    return sorted((row.user.username, row.day, row.shift_type.code) for row in rows)


def told() -> set[tuple[str, str]]:
    """Who has a notice of a swap or a shift that stands, and its kind."""
    db.session.expire_all()
    rows = db.session.scalars(select(Notice).where(Notice.acknowledged_at.is_(None)))
    names = {user(name).id: name for name in ("agus", "bayu")}
    return {(names.get(row.user_id or 0) or str(row.role), row.kind) for row in rows}


def said(kind: str) -> set[str]:
    """What is read in the notices of a kind that stand."""
    rows = db.session.scalars(select(Notice).where(Notice.kind == kind, Notice.acknowledged_at.is_(None))).all()
    with force_locale("id"):
        return {sentence(row.kind, row.detail) for row in rows}


def offered(cast: Cast, *, exchange: bool = False) -> ShiftSwap:
    """Agus offers Bayu the morning of Monday, for Bayu's afternoon of Thursday or for nothing."""
    mine, theirs = planned("agus", MONDAY, unit=cast.unit("TRAIL-01")), planned("bayu", MONDAY + 3 * DAY, "S")
    return swaps.offer(mine, cast.bayu, theirs if exchange else None, BEFORE)


def agreed(cast: Cast, *, exchange: bool = False) -> ShiftSwap:
    """The same, and Bayu agrees."""
    swap = offered(cast, exchange=exchange)
    swaps.agree(swap, BEFORE)
    return swap


def test_an_exchange_is_offered_agreed_and_approved_and_each_step_is_told(cast: Cast) -> None:
    before = [("agus", MONDAY, "P"), ("bayu", MONDAY + 3 * DAY, "S")]
    swap = offered(cast, exchange=True)
    assert told() == {("bayu", "swap_asked")}
    swaps.agree(swap, BEFORE)
    assert told() == {("agus", "swap_accepted"), ("supervisor", "swap_waiting")}
    assert roster() == before
    swaps.approve(swap, BEFORE, cast.hadi)
    assert told() == {
        (name, kind) for name in ("agus", "bayu") for kind in ("swap_approved", "shift_planned", "shift_cancelled")
    }
    assert roster() == [("agus", MONDAY + 3 * DAY, "S"), ("bayu", MONDAY, "P")]
    taken = db.session.scalars(select(PlannedShift).where(PlannedShift.starts_at == wib(MONDAY, 7))).all()
    assert {(one.unit, one.cancelled_at is None) for one in taken} == {
        (cast.unit("TRAIL-01"), True), (cast.unit("TRAIL-01"), False),
    }  # fmt: skip


def test_a_shift_is_given_away(cast: Cast) -> None:
    swap = offered(cast)
    assert told() == {("bayu", "swap_offered")}
    swaps.agree(swap, BEFORE)
    swaps.approve(swap, BEFORE, cast.hadi)
    assert roster() == [("bayu", MONDAY, "P"), ("bayu", MONDAY + 3 * DAY, "S")]


def test_the_approval_of_a_swap_that_begins_soon_rings_for_both_officers(cast: Cast) -> None:
    swaps.approve(agreed(cast), wib(MONDAY, 5), cast.hadi)
    assert told() == {
        ("agus", "swap_approved"), ("agus", "shift_cancelled_soon"),
        ("bayu", "swap_approved"), ("bayu", "shift_planned_soon"),
    }  # fmt: skip


def test_a_declined_a_refused_and_a_withdrawn_swap_change_nothing(cast: Cast) -> None:
    swap = offered(cast)
    swaps.decline(swap, BEFORE)
    assert told() == {("agus", "swap_declined")}
    again = swaps.offer(swap.shift, cast.bayu, None, BEFORE)
    assert told() == {("bayu", "swap_offered")}
    swaps.withdraw(again, BEFORE)
    assert told() == set()
    third = swaps.offer(swap.shift, cast.bayu, None, BEFORE)
    swaps.agree(third, BEFORE)
    swaps.refuse(third, BEFORE, cast.hadi)
    assert told() >= {("agus", "swap_refused"), ("bayu", "swap_refused")}
    assert roster() == [("agus", MONDAY, "P"), ("bayu", MONDAY + 3 * DAY, "S")]
    for step in (lambda: swaps.agree(third, BEFORE), lambda: swaps.withdraw(third, BEFORE),
                 lambda: swaps.decline(third, BEFORE), lambda: swaps.approve(third, BEFORE, cast.hadi)):  # fmt: skip
        with pytest.raises(SwapOver):
            step()


@pytest.mark.parametrize("step", [swaps.decline, lambda swap, at: swaps.refuse(swap, at, user("hadi"))])
def test_notices_of_a_swap_end_with_its_shift(cast: Cast, step: Callable[..., None]) -> None:
    step(agreed(cast), BEFORE)
    assert told() <= {("agus", "swap_declined"), ("agus", "swap_refused"), ("bayu", "swap_refused")} != set()
    shift_notices.end_over(wib(MONDAY, 15))
    assert told() != set()
    while shift_notices.end_over(wib(MONDAY, 15, 1)):
        pass
    assert told() == set()


def test_a_planner_cannot_decide_before_the_colleague_has_agreed(cast: Cast) -> None:
    swap = offered(cast)
    with pytest.raises(SwapOver):
        swaps.approve(swap, BEFORE, cast.hadi)
    with pytest.raises(SwapOver):
        swaps.refuse(swap, BEFORE, cast.hadi)


@pytest.mark.parametrize("who", ["agus", "bayu"])
def test_a_planner_does_not_decide_on_a_swap_of_the_own_shifts(cast: Cast, who: str) -> None:
    swap, officer = agreed(cast), user(who)
    officer.roles.append(UserRole(role="supervisor"))
    db.session.commit()
    for step in (swaps.approve, swaps.refuse):
        with pytest.raises(OwnSwap):
            step(swap, BEFORE, officer)
    assert swap.status == "agreed"


def test_a_short_rest_must_be_confirmed_at_approval_and_is_kept_with_the_shift(cast: Cast) -> None:
    swap = agreed(cast)
    planned("bayu", MONDAY - DAY, "S")
    with pytest.raises(NotPlannable) as short:
        swaps.approve(swap, BEFORE, cast.hadi)
    assert [one.rule for one in short.value.violations] == ["short_rest"]
    swaps.approve(swap, BEFORE, cast.hadi, confirmed=fingerprint(short.value.violations))
    taken = db.session.scalars(select(PlannedShift).where(PlannedShift.short_rest_by_id == cast.hadi.id)).all()
    assert ("bayu", MONDAY) in {(one.user.username, one.day) for one in taken}


def test_an_overlap_is_never_approved(cast: Cast) -> None:
    swap = agreed(cast)
    planned("bayu", MONDAY)
    with pytest.raises(NotPlannable) as met:
        swaps.approve(swap, BEFORE, cast.hadi)
    with pytest.raises(NotPlannable):
        swaps.approve(swap, BEFORE, cast.hadi, confirmed=fingerprint(met.value.violations))
    assert ("agus", MONDAY, "P") in roster()


def test_two_shifts_at_the_same_time_may_be_exchanged(cast: Cast) -> None:
    mine = planned("agus", MONDAY, unit=cast.unit("TRAIL-01"))
    theirs = planned("bayu", MONDAY, unit=cast.unit("TRAIL-02"))
    swap = swaps.offer(mine, cast.bayu, theirs, BEFORE)
    swaps.agree(swap, BEFORE)
    swaps.approve(swap, BEFORE, cast.hadi)
    assert roster() == [("agus", MONDAY, "P"), ("bayu", MONDAY, "P")]


def test_shifts_keep_their_hours_in_a_swap_after_their_type_has_others(cast: Cast) -> None:
    swap = agreed(cast)
    rules.save_shift_type(swap.shift.shift_type, {"starts": time(6)}, cast.hadi)
    swaps.end_over(BEFORE)
    swaps.approve(swap, BEFORE, cast.hadi)
    taken = db.session.scalars(select(PlannedShift).where(PlannedShift.user_id == cast.bayu.id)).all()
    assert (wib(MONDAY, 7), wib(MONDAY, 15)) in {(one.starts_at, one.ends_at) for one in taken}


@pytest.mark.parametrize("what", ["changed", "cancelled", "begun", "return", "left"])
def test_a_swap_ends_by_itself_when_its_shifts_or_officers_are_not_the_same_any_more(cast: Cast, what: str) -> None:
    swap, at = agreed(cast, exchange=True), BEFORE
    if what == "changed":
        rules.change(swap.shift, Draft(shift_type("P"), MONDAY, None, "Pos 2"), BEFORE, cast.hadi)
    elif what == "cancelled":
        rules.cancel(swap.shift, BEFORE, cast.hadi)
    elif what == "return" and swap.return_shift:
        rules.cancel(swap.return_shift, BEFORE, cast.hadi)
    elif what == "left":
        db.session.execute(delete(Member).where(Member.user_id == cast.bayu.id))
    else:
        at = wib(MONDAY, 7)
    with pytest.raises(SwapOver):
        swaps.approve(swap, at, cast.hadi)
    swaps.end_over(at)
    assert swap.status == "over"
    assert told() >= {("agus", "swap_over"), ("bayu", "swap_over")}
    assert ("supervisor", "swap_waiting") not in told()
    assert said("swap_over") == {
        f"Tukar shift Anda dengan {name} tidak dapat dilakukan lagi. Lihat shift Anda di Jadwal saya."
        for name in ("Agus Santoso", "Bayu Pratama")
    }


def test_a_swap_that_still_holds_is_not_ended(cast: Cast) -> None:
    swap = offered(cast)
    swaps.end_over(BEFORE)
    assert swap.status == "offered"


def test_swaps_that_are_over_end_behind_as_many_that_hold(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swaps, "AT_ONCE", 1)
    still = offered(cast)
    gone = [swaps.offer(planned("agus", MONDAY + days * DAY), cast.bayu, None, BEFORE) for days in (1, 2)]
    for swap in gone:
        rules.cancel(swap.shift, BEFORE, cast.hadi)
    assert (swaps.end_over(BEFORE), swaps.end_over(BEFORE), swaps.end_over(BEFORE)) == (True, True, False)
    assert [one.status for one in (still, *gone)] == ["offered", "over", "over"]


def test_what_cannot_be_offered_is_refused(cast: Cast) -> None:
    swap = offered(cast)
    other = planned("agus", MONDAY + DAY)
    foreign = planned("dewi", MONDAY + DAY, of="DAMKAR")
    for shift, colleague, wanted, at in (
        (swap.shift, cast.bayu, None, BEFORE),  # offered already
        (other, cast.agus, None, BEFORE),
        (other, cast.dewi, None, BEFORE),
        (other, cast.bayu, foreign, BEFORE),
        (other, cast.bayu, swap.shift, BEFORE),
        (other, cast.bayu, None, wib(MONDAY + DAY, 7)),
    ):
        with pytest.raises(NotSwappable):
            swaps.offer(shift, colleague, wanted, at)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_nothing_reads_through_swaps_that_are_decided(cast: Cast) -> None:
    swap = offered(cast)
    db.session.commit()
    hang_up()
    with statements(db.engine) as asked:
        swaps.end_over(BEFORE)
        open_swaps.waiting(BEFORE)
        open_swaps.of_officer(cast.agus.id, BEFORE)
        open_swaps.is_open(swap, BEFORE)
    assert sum("FROM shift_swaps" in sql for sql in asked) >= 4
    assert scans(db.engine, dict(asked)) == {}


class TestPages:
    @cached_property
    def day(self) -> date:
        return today() + 2 * DAY

    def test_officers_and_planner_swap_on_their_pages(self, as_user: AsUser, cast: Cast) -> None:
        mine, theirs = planned("agus", self.day), planned("bayu", self.day + 3 * DAY, "S")
        db.session.commit()
        agus, bayu, hadi = as_user("agus"), as_user("bayu"), as_user("hadi")
        address = f"/rosters/own/shifts/{mine.id}/swap"
        assert address in agus.get("/rosters/own").text
        page = agus.get(f"{address}?colleague=bayu").text
        assert f'name="wanted" value="{theirs.id}"' in page
        assert "Dewi" not in page
        page = followed(agus, agus.post(address, data={"colleague": cast.bayu.id, "wanted": theirs.id}))
        assert "Belum dijawab" in page
        swap = db.session.scalars(select(ShiftSwap)).one()
        with force_locale("id"):
            day = format_date(self.day, "EEE, d MMM")
        assert f"Agus Santoso menawarkan: <strong>{day}, Pagi 07.00–15.00</strong>" in bayu.get("/rosters/own").text
        assert "Tidak ada tukar shift" in hadi.get("/rosters/swaps").text
        followed(bayu, bayu.post(f"/rosters/swaps/{swap.id}/agreement"))
        assert "Menunggu persetujuan pawas" in agus.get("/rosters/own").text
        assert "Bayu Pratama menggantikan Agus Santoso" in hadi.get("/rosters/swaps").text
        page = followed(hadi, hadi.post(f"/rosters/swaps/{swap.id}/approval"))
        assert "Tukar shift sudah disetujui" in page
        assert roster() == [("agus", self.day + 3 * DAY, "S"), ("bayu", self.day, "P")]
        page = followed(hadi, hadi.post(f"/rosters/swaps/{swap.id}/rejection"))
        assert "sudah berakhir atau sudah diputuskan" in page

    def test_a_planner_reads_which_rest_is_short_and_confirms_it(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", self.day)
        planned("bayu", self.day - DAY, "S")
        swap = swaps.offer(mine, cast.bayu, None, wib(today(), 0))
        swaps.agree(swap, wib(today(), 0))
        db.session.commit()
        hadi = as_user("hadi")
        page = hadi.get("/rosters/swaps").text
        assert "Bayu Pratama: istirahat hanya 8 jam" in page
        address = f"/rosters/swaps/{swap.id}/approval"
        assert "Periksa kembali" in followed(hadi, hadi.post(address))
        asked = page.partition('name="asked" value="')[2].partition('"')[0]
        followed(hadi, hadi.post(address, data={"asked": asked}))
        assert ("bayu", self.day, "P") in roster()

    def test_a_planner_reads_that_another_one_decides_on_the_own_swap(self, as_user: AsUser, cast: Cast) -> None:
        swap = swaps.offer(planned("agus", self.day), cast.bayu, None, wib(today(), 0))
        swaps.agree(swap, wib(today(), 0))
        cast.bayu.roles.append(UserRole(role="supervisor"))
        db.session.commit()
        bayu = as_user("bayu")
        page = bayu.get("/rosters/swaps").text
        assert "diputuskan oleh pawas lain" in page
        assert f"/rosters/swaps/{swap.id}/" not in page
        for step in ("approval", "rejection"):
            page = followed(bayu, bayu.post(f"/rosters/swaps/{swap.id}/{step}"))
            assert page.count("diputuskan oleh pawas lain") == 2

    def test_a_planner_reads_which_unit_went_to_another_agency(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", self.day, unit=cast.unit("TRAIL-01"))
        swap = swaps.offer(mine, cast.bayu, None, wib(today(), 0))
        swaps.agree(swap, wib(today(), 0))
        cast.unit("TRAIL-01").agency = agency("DAMKAR")
        db.session.commit()
        hadi = as_user("hadi")
        page = followed(hadi, hadi.post(f"/rosters/swaps/{swap.id}/approval"))
        assert "TRAIL-01: terdaftar di instansi lain." in page
        assert roster() == [("agus", self.day, "P")]

    def test_a_shift_that_is_promised_in_return_is_not_offered_again(self, as_user: AsUser, cast: Cast) -> None:
        mine, theirs = planned("agus", self.day), planned("bayu", self.day + 3 * DAY, "S")
        swap = swaps.offer(mine, cast.bayu, theirs, wib(today(), 0))
        db.session.commit()
        address, bayu = f"/rosters/own/shifts/{theirs.id}/swap", as_user("bayu")
        assert address in bayu.get("/rosters/own").text
        bayu.post(f"/rosters/swaps/{swap.id}/agreement")
        assert address not in bayu.get("/rosters/own").text
        with pytest.raises(NotSwappable):
            swaps.offer(theirs, cast.agus, None, wib(today(), 0))

    def test_who_works_then_is_not_even_asked(self, as_user: AsUser, cast: Cast) -> None:
        mine, theirs = planned("agus", self.day), planned("bayu", self.day)
        db.session.commit()
        agus, address = as_user("agus"), f"/rosters/own/shifts/{mine.id}/swap"
        page = followed(agus, agus.post(address, data={"colleague": cast.bayu.id, "wanted": 0}))
        assert "Menurut jadwal, Bayu Pratama tidak dapat bertugas saat itu" in page
        assert db.session.scalars(select(ShiftSwap)).all() == []
        agus.post(address, data={"colleague": cast.bayu.id, "wanted": theirs.id})
        assert db.session.scalars(select(ShiftSwap.return_shift_id)).one() == theirs.id

    def test_a_colleague_declines_and_an_officer_withdraws(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", self.day)
        db.session.commit()
        agus, bayu = as_user("agus"), as_user("bayu")
        address, typed = f"/rosters/own/shifts/{mine.id}/swap", {"colleague": cast.bayu.id, "wanted": 0}
        agus.post(address, data=typed)
        page = followed(agus, agus.post(address, data=typed))
        assert "tidak dapat ditawarkan" in page
        assert "sudah ditawarkan" in page
        first = db.session.scalars(select(ShiftSwap.id)).one()
        assert "Anda menolak" in followed(bayu, bayu.post(f"/rosters/swaps/{first}/refusal"))
        agus.post(address, data=typed)
        second = db.session.scalars(select(ShiftSwap.id).order_by(ShiftSwap.id.desc())).first()
        assert "sudah dicabut" in followed(agus, agus.post(f"/rosters/swaps/{second}/withdrawal"))

    def test_an_officer_who_chooses_nobody_reads_it_at_the_field(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", self.day)
        db.session.commit()
        agus, address = as_user("agus"), f"/rosters/own/shifts/{mine.id}/swap"
        assert "Pilih petugas." not in agus.get(address).text
        for typed in (" ", "", "x", "dewi"):
            page = agus.get(f"{address}?colleague={typed}").text
            assert '<a href="#colleague">' in page
            assert 'id="colleague-error"' in page
            assert 'name="wanted"' not in page
        assert "Pilih petugas." in agus.get(f"{address}?colleague=").text

    def test_nobody_touches_the_swaps_and_shifts_of_others(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", self.day)
        swap = swaps.offer(mine, cast.bayu, None, wib(today(), 0))
        db.session.commit()
        for name, step in (("agus", "agreement"), ("agus", "refusal"), ("bayu", "withdrawal"), ("dewi", "agreement")):
            assert as_user(name).post(f"/rosters/swaps/{swap.id}/{step}").status_code == 404
        address = f"/rosters/own/shifts/{mine.id}/swap"
        assert as_user("bayu").get(address).status_code == 404
        assert as_user("bayu").post(address, data={"colleague": cast.agus.id}).status_code == 404

    def test_only_what_can_be_asked_for_is_listed(self, as_user: AsUser, cast: Cast) -> None:
        day = today() + 3 * DAY
        mine = planned("agus", day, "P")
        kept = planned("agus", day + 2 * DAY, "S")
        meets_his = planned("bayu", day + 2 * DAY, "S")
        fits = planned("bayu", day + 4 * DAY, "P")
        on_leave = planned("bayu", day + 6 * DAY, "P")
        far = planned("bayu", today() + 20 * DAY, "P")
        absence.record_leave(cast.agus, on_leave.day, on_leave.day, "leave", "", now(), cast.hadi)
        agus, address = as_user("agus"), f"/rosters/own/shifts/{mine.id}/swap"
        page = agus.get(f"{address}?colleague=bayu").text
        assert re.findall(r'name="wanted" value="(\d+)"', page) == ["0", str(fits.id)]
        for one in (meets_his, on_leave):
            page = followed(agus, agus.post(address, data={"colleague": cast.bayu.id, "wanted": one.id}))
            assert "tidak dapat bertugas" in page
        assert (kept.cancelled_at, far.cancelled_at) == (None, None)

    def test_a_shift_is_exchanged_for_one_that_is_in_its_way_and_not_given_away(
        self, as_user: AsUser, cast: Cast
    ) -> None:
        day = today() + 3 * DAY
        mine, theirs = planned("agus", day, "P"), planned("bayu", day, "P")
        agus, address = as_user("agus"), f"/rosters/own/shifts/{mine.id}/swap"
        page = agus.get(f"{address}?colleague=bayu").text
        assert re.findall(r'name="wanted" value="(\d+)" checked', page) == [str(theirs.id)]
        assert 'name="wanted" value="0"' not in page

    def test_where_nothing_can_be_asked_for_the_page_says_so(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", today() + 3 * DAY, "P")
        absence.record_leave(cast.bayu, mine.day, mine.day, "leave", "", now(), cast.hadi)
        address = f"/rosters/own/shifts/{mine.id}/swap?colleague=bayu"
        page = as_user("agus").get(address).text
        assert "Bayu Pratama tidak dapat bertugas" in page
        assert 'name="wanted"' not in page

    def test_a_shift_that_is_offered_already_is_not_offered_to_another(self, as_user: AsUser, cast: Cast) -> None:
        mine = planned("agus", today() + 3 * DAY, "P")
        swaps.offer(mine, cast.bayu, None, now())
        page = as_user("agus").get(f"/rosters/own/shifts/{mine.id}/swap?colleague=bayu").text
        assert "sudah ditawarkan" in page
        assert "<form method" not in page.partition("<h1>")[2].partition("</main>")[0]
