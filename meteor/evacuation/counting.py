"""Answers of residents to warnings, counted for the command centre and by name for RT leaders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, case, cast, func, select

from meteor.evacuation import asking
from meteor.evacuation.models import SafetyAnswer
from meteor.residents.models import Household, Resident
from meteor.store.database import db, execute
from meteor.territory.models import Kelurahan, Rt, Rw
from meteor.warnings.models import HazardWarning


@dataclass
class Count:
    """Residents of an area: registered, without account, safe, and in need of help.

    Those in need of help live in `helped_homes` homes, with `helped_people` at home with them: of each home the largest
    number that one of its residents said.
    """

    residents: int = 0
    without_account: int = 0
    safe: int = 0
    need_help: int = 0
    helped_homes: int = 0
    helped_people: int = 0

    @property
    def silent(self) -> int:
        """Number of residents without an answer."""
        return max(0, self.residents - self.safe - self.need_help)

    def add(self, other: "Count") -> None:
        """Add the counts of another area."""
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)


@dataclass(frozen=True)
class Area:
    """A kelurahan, an RW (`number`) or an RT (`number`) with its count, and the areas in it."""

    id: int
    name: str
    number: int
    count: Count
    parts: Sequence["Area"]


class Row(NamedTuple):
    """A resident of an RT and the answer; None without one. `rank` sorts as `roster` says."""

    resident: Resident
    answer: SafetyAnswer | None
    rank: int


def version(at: datetime) -> str:
    """Changes with every answer to a warning that is asked about now, with these warnings, and each minute.

    Only the newest answer of each warning is looked at. What that does not tell, such as a resident who has moved out
    or an answer that was taken back, is shown within the minute.
    """
    rows = execute(_NEWEST_ANSWERS, at=at, ended=at - asking.ASKED_AFTER, since=at - asking.LOOKED_BACK).all()
    if not rows:
        return "none"
    known = (f"{row.id}-{row.newest.timestamp() if row.newest else 0:.6f}" for row in rows)
    return f"{'_'.join(known)}_{at:%H%M}"


def by_kelurahan(warning: HazardWarning) -> list[Area]:
    """The counts of a warning by kelurahan, RW and RT, those with most who need help first."""
    counts = _by_rt(warning.id)
    query = (
        select(
            Rt.id, Rt.number, Rw.id.label("rw_id"), Rw.number.label("rw"), Kelurahan.id.label("area"), Kelurahan.name
        )
        .join(Rw, Rw.id == Rt.rw_id)
        .join(Kelurahan, Kelurahan.id == Rw.kelurahan_id)
        .where(Rt.id.in_(asking.touched_rts(warning.id)))
        .order_by(Kelurahan.name, Rw.number, Rt.number)
    )
    found: dict[tuple[int, str], dict[tuple[int, int], list[Area]]] = defaultdict(lambda: defaultdict(list))
    for row in db.session.execute(query):
        found[row.area, row.name][row.rw_id, row.rw].append(Area(row.id, "", row.number, counts[row.id], ()))
    areas = [
        _sum(area_id, name, 0, [_sum(rw_id, "", number, rts) for (rw_id, number), rts in rws.items()])
        for (area_id, name), rws in found.items()
    ]
    return sorted(areas, key=lambda area: -area.count.need_help)


def total(areas: Iterable[Area]) -> Count:
    """The sum of areas."""
    count = Count()
    for area in areas:
        count.add(area.count)
    return count


def roster(rt_id: int, warning_id: int) -> list[Row]:
    """The residents of an RT with their answers, in the order of their need.

    First who needs help, then whom the register knows to need help to leave, no answer, no account, safe; each by
    address.
    """
    residents = select(Resident).join(Household, Household.id == Resident.household_id)
    here = residents.where(Household.rt_id == rt_id, *asking.lives_here())
    found = db.session.scalars(here.order_by(Household.address_key, Resident.name)).all()
    answers = select(SafetyAnswer).where(
        SafetyAnswer.warning_id.in_(asking.chain(warning_id)),
        SafetyAnswer.resident_id.in_(here.with_only_columns(Resident.id)),
    )
    given = {each.resident_id: each for each in reversed(db.session.scalars(answers.order_by(*asking.NEWEST)).all())}
    rows = [Row(each, given.get(each.id), _rank(each, given.get(each.id))) for each in found]
    return sorted(rows, key=lambda row: row.rank)


def _rank(resident: Resident, given: SafetyAnswer | None) -> int:
    if given is not None:
        return 0 if given.answer == "need_help" else 4
    if resident.needs:
        return 1
    return 2 if resident.user_id is not None else 3


def _sum(area_id: int, name: str, number: int, parts: list[Area]) -> Area:
    return Area(area_id, name, number, total(parts), parts)


def _by_rt(warning_id: int) -> Mapping[int, Count]:
    """The counts of every RT that a warning touches: one query of the registered residents, one of the answers."""
    counts: defaultdict[int, Count] = defaultdict(Count)
    lives = select(Household.rt_id).join(Resident, Resident.household_id == Household.id).where(*asking.lives_here())
    registered = lives.where(Household.rt_id.in_(asking.touched_rts(warning_id))).group_by(Household.rt_id)
    accountless = func.sum(cast(Resident.user_id.is_(None), Integer))
    for rt_id, residents, without in db.session.execute(registered.add_columns(func.count(), accountless)):
        counts[rt_id].residents, counts[rt_id].without_account = residents, without
    for row in db.session.execute(_answers(warning_id)):
        counts[row.rt_id].safe, counts[row.rt_id].need_help = row.safe, row.need_help
        counts[row.rt_id].helped_homes, counts[row.rt_id].helped_people = row.homes, row.people or 0
    return counts


def _answers(warning_id: int) -> Any:
    home = _answers_by_home(warning_id).subquery()
    numbers = {"safe": home.c.safe, "need_help": home.c.need_help, "people": home.c.people,
               "homes": cast(home.c.need_help > 0, Integer)}  # fmt: skip
    # a sum of sums is no integer in PostgreSQL
    sums = [cast(func.sum(number), Integer).label(name) for name, number in numbers.items()]
    return select(home.c.rt_id, *sums).group_by(home.c.rt_id)


def _answers_by_home(warning_id: int) -> Any:
    """The answers by household: two residents of one home mean the same people."""
    given = _newest_answers(warning_id)
    needs = given.c.answer == "need_help"
    return (
        select(
            Household.rt_id,
            func.sum(cast(~needs, Integer)).label("safe"),
            func.sum(cast(needs, Integer)).label("need_help"),
            func.max(case((needs, given.c.people))).label("people"),
        )
        .select_from(given)
        .join(Resident, Resident.id == given.c.resident_id)
        .join(Household, Household.id == Resident.household_id)
        .where(given.c.place == 1, *asking.lives_here())
        .group_by(Household.rt_id, Household.id)
    )


def _newest_answers(warning_id: int) -> Any:
    """The answers to a warning and to what it replaced; the newest of each resident has `place` 1."""
    place = func.row_number().over(partition_by=SafetyAnswer.resident_id, order_by=asking.NEWEST)
    columns = SafetyAnswer.resident_id, SafetyAnswer.answer, SafetyAnswer.people, place.label("place")
    return select(*columns).where(SafetyAnswer.warning_id.in_(asking.chain(warning_id))).subquery()


def _statement_of_newest_answers() -> Any:
    """Asks for the warnings of `asked_about` and what they replaced, each with the moment of its newest answer."""
    asked = asking.may_be_asked(bindparam("at"), bindparam("ended"), bindparam("since"))
    ids = select(HazardWarning.id).where(*asked).cte("asked", recursive=True)
    ids = ids.union(select(HazardWarning.id).join(ids, HazardWarning.ended_by_id == ids.c.id))  # each id once
    newest = select(func.max(SafetyAnswer.answered_at)).where(SafetyAnswer.warning_id == ids.c.id).scalar_subquery()
    return select(ids.c.id, newest.label("newest")).order_by(ids.c.id)


_NEWEST_ANSWERS = _statement_of_newest_answers()
