"""Suggestions where to post free units: which move covers most, which is never suggested, and what is said of it."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meteor.agencies.travel import Pace, seconds
from meteor.board.areas import Area, City
from meteor.board.cover_state import Origin, city_coverage, origin
from meteor.board.coverage import FreeUnit
from meteor.board.move_up import Change, Post, suggest
from meteor.geo import Point, metres
from meteor.store.database import db
from meteor.store.moments import now
from tests.board.test_coverage import area, metres_from, motorbike
from tests.cast import HOME, Cast
from tests.scenes import on_duty

FAR = metres_from(HOME, 6000)  # Kedopok, where nobody is
FARTHER = metres_from(HOME, 12_000)  # Wonoasih
BESIDE = metres_from(FAR, east=1000)  # Jrebeng, covered from Kedopok too


def posts(*areas: Area) -> list[Post]:
    return [Post(it.name, it.middle, is_middle=True) for it in areas]


MAYANGAN, KEDOPOK, JREBENG, WONOASIH = (
    area("Mayangan", HOME),
    area("Kedopok", FAR, number=2),
    area("Jrebeng", BESIDE, number=3),
    area("Wonoasih", FARTHER, number=4),
)
FIRST, SECOND = motorbike("TRAIL-01", HOME), motorbike("TRAIL-02", metres_from(HOME, -700))


def said(city: City, units: list[FreeUnit], *at: Post) -> list[str]:
    return [
        f"{it.unit.call_sign} → {it.post.name}: {', '.join(change.name for change in it.covered)}"
        for it in suggest(city, units, list(at))
    ]


def test_posting_the_nearest_spare_motorbike_covers_kedopok() -> None:
    (move,) = suggest(City([MAYANGAN, KEDOPOK]), [FIRST, SECOND], posts(MAYANGAN, KEDOPOK))
    assert (move.unit.call_sign, move.post.name) == ("TRAIL-01", "Kedopok"), "700 m nearer, and Mayangan stays covered"
    assert move.metres == metres(HOME, FAR)
    assert move.minutes == 12
    assert (move.covered, move.less) == ([Change("Kedopok", None, None)], [])


def test_no_kelurahan_is_uncovered_for_another() -> None:
    assert said(City([MAYANGAN, KEDOPOK]), [FIRST], *posts(MAYANGAN, KEDOPOK)) == []
    assert said(City([MAYANGAN, KEDOPOK, JREBENG]), [FIRST], *posts(KEDOPOK)) == [], "not for two either"


def test_the_post_that_covers_most_comes_first_though_it_is_farther() -> None:
    city = City([MAYANGAN, area("Pilang", metres_from(HOME, -3000)), KEDOPOK, JREBENG])
    third = motorbike("TRAIL-03", HOME)
    assert said(city, [FIRST, SECOND, third], Post("Pilang", metres_from(HOME, -3000)), Post("Kedopok", FAR)) == [
        "TRAIL-01 → Kedopok: Kedopok, Jrebeng",
        "TRAIL-02 → Pilang: Pilang",
    ]


def test_each_suggestion_counts_on_the_ones_before_and_moves_another_unit() -> None:
    city = City([MAYANGAN, KEDOPOK, WONOASIH])
    at = posts(MAYANGAN, KEDOPOK, WONOASIH)
    assert said(city, [FIRST, SECOND], *at) == ["TRAIL-01 → Kedopok: Kedopok"], "the second is needed in Mayangan"
    third = motorbike("TRAIL-03", metres_from(HOME, -100))
    assert said(city, [FIRST, SECOND, third], *at) == ["TRAIL-01 → Kedopok: Kedopok", "TRAIL-03 → Wonoasih: Wonoasih"]


def test_no_unit_moves_twice() -> None:
    """TRAIL-01 would be spare again at its new post, once TRAIL-02 has moved beside it."""
    areas = [area(f"{north}", metres_from(HOME, north * 100), number=north) for north in (7, -27, -30, -21, 9, -20)]
    free = [motorbike(f"TRAIL-0{at}", metres_from(HOME, north * 100)) for at, north in ((1, 27), (2, 37))]
    at = [Post(f"{north}", metres_from(HOME, north * 100)) for north in (16, 48, -12, -7)]
    assert [(it.unit.call_sign, it.post.name) for it in suggest(City(areas), free, at)] == [
        ("TRAIL-01", "-7"),
        ("TRAIL-02", "16"),
    ]


def test_three_suggestions_at_most() -> None:
    areas = [area(f"Kelurahan {number}", metres_from(HOME, number * 4000), number=number) for number in range(6)]
    units = [motorbike(f"TRAIL-{number:02}", HOME) for number in range(6)]
    assert len(suggest(City(areas), units, posts(*areas))) == 3


def test_of_equal_moves_the_first_call_sign_and_post_are_suggested() -> None:
    twins = [motorbike(call_sign, HOME) for call_sign in ("TRAIL-03", "TRAIL-02", "TRAIL-01")]
    same = [Post(name, FAR) for name in ("Pos B", "Pos A")]
    assert said(City([MAYANGAN, KEDOPOK]), twins, *same) == ["TRAIL-01 → Pos A: Kedopok"]


def test_what_is_covered_less_is_told() -> None:
    """Half of Jati is covered before; a move that covers Kedopok leaves it without."""
    jati = area("Jati", HOME, side=3600)
    (move,) = suggest(City([jati, KEDOPOK]), [FIRST], posts(KEDOPOK))
    ((name, before, after),) = move.less
    assert (name, after) == ("Jati", 0)
    assert 40 < before < 90


def test_a_motorbike_of_another_kind_of_speed_covers_as_far_as_it_gets() -> None:
    slow = motorbike("TRAIL-00", HOME, motorbike("", HOME).pace._replace(speed=4))
    city = City([MAYANGAN, area("Kedopok", metres_from(HOME, 1600), number=2)])
    near_it = Post("Pos", metres_from(HOME, 1000))
    assert said(city, [slow, motorbike("TRAIL-01", metres_from(HOME, -100))], near_it) == ["TRAIL-01 → Pos: Kedopok"]


def plain(areas: list[Point], units: list[FreeUnit], at: list[Point]) -> list[tuple[str, Point, set[Point]]]:
    """The same suggestions, by trying every move and measuring every way."""
    here, moved, found = {unit: unit.point for unit in units}, set(), []

    def covered() -> set[Point]:
        return {it for it in areas if any(metres(point, it) <= unit.reach for unit, point in here.items())}

    for _ in range(3):
        before, options = covered(), []
        for unit, post in product(units, at):
            start, here[unit] = here[unit], post
            after, here[unit] = covered(), start
            if before < after and unit not in moved:
                way = seconds(metres(unit.point, post), unit.pace)
                options.append((-len(after - before), way, unit.call_sign, str(at.index(post)), unit, after - before))
        if not options:
            break
        *_, index, unit, gained = min(options, key=lambda option: option[:4])
        here[unit] = at[int(index)]
        moved.add(unit)
        found.append((unit.call_sign, at[int(index)], gained))
    return found


somewhere = st.builds(metres_from, st.just(HOME), st.integers(-2500, 2500), st.integers(-1000, 1000))


@settings(max_examples=300)
@given(
    st.lists(somewhere, min_size=1, max_size=7, unique=True),
    st.lists(st.tuples(somewhere, st.sampled_from([20, 40, 40])), min_size=1, max_size=4),
    st.lists(somewhere, min_size=1, max_size=4, unique=True),
)
def test_the_suggestions_are_those_of_trying_every_move(
    areas: list[Point], units: list[tuple[Point, int]], at: list[Point]
) -> None:
    free = [motorbike(f"TRAIL-{number}", point, Pace(speed, 1.3)) for number, (point, speed) in enumerate(units)]
    city = City([area(str(number), point, number=number) for number, point in enumerate(areas)])
    moves = suggest(city, free, [Post(str(number), point) for number, point in enumerate(at)])
    told = [(it.unit.call_sign, it.post.point, {areas[int(change.name)] for change in it.covered}) for it in moves]
    assert told == plain(areas, free, at)


@pytest.mark.parametrize(("units", "at", "areas"), [([], [1], [1]), ([1], [], [1]), ([1], [1], [])])
def test_nothing_is_suggested_without_units_posts_or_kelurahan(
    units: list[int], at: list[int], areas: list[int]
) -> None:
    free, some = [FIRST] * len(units), posts(KEDOPOK) * len(at)
    assert suggest(City([KEDOPOK] * len(areas)), free, some) == []


@pytest.mark.parametrize(
    ("north", "where"),
    [(0, Origin("base", "Pos TRAIL-01")), (140, Origin("base", "Pos TRAIL-01")),
     (600, Origin("landmark", "Pasar Baru")), (5900, Origin("kelurahan", "Kedopok"))],
)  # fmt: skip
def test_where_a_unit_is_now_is_told_by_its_base_a_landmark_or_the_kelurahan(north: float, where: Origin) -> None:
    landmarks = [("Pasar Baru", metres_from(HOME, 900)), ("Stasiun", metres_from(HOME, -2000))]
    unit = FIRST._replace(point=metres_from(HOME, north))
    assert origin(unit, landmarks, City([MAYANGAN, KEDOPOK])) == where


def test_posting_trail_02_in_sukabumi_covers_it(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    on_duty(cast, "bayu", "TRAIL-02").base_latitude = -7.7355
    db.session.commit()
    ((move, where),) = city_coverage(now()).suggestions
    assert (move.unit.call_sign, where) == ("TRAIL-02", Origin("base", "Pos TRAIL-02"))
    assert (move.post.name, move.post.is_middle) == ("Sukabumi", True)
    assert [change.name for change in move.covered] == ["Sukabumi"]
    assert cast.unit("TRAIL-02").status == "available", "nobody was ordered anywhere"


def test_a_base_of_motorbikes_in_service_is_a_post(cast: Cast) -> None:
    on_duty(cast, "agus", "TRAIL-01")
    ((move, _),) = city_coverage(now()).suggestions
    assert (move.unit.call_sign, move.post) == ("TRAIL-01", Post("Pos TRAIL-02", (-7.74, 113.216)))
    cast.unit("TRAIL-02").in_service = False
    db.session.commit()
    assert city_coverage(now()).suggestions == []


def test_shares_are_told_where_a_boundary_is_known() -> None:
    kedopok = area("Kedopok", FAR, side=1000)
    beside = FIRST._replace(point=metres_from(FAR, 1900))
    (move,) = suggest(City([kedopok]), [beside], posts(kedopok))
    assert move.covered == [Change("Kedopok", 12, 100)]
