"""The incidents of a simulated year: 2023's counts, in the city, the same for the same seed."""

from collections import Counter

from meteor.geo import metres_flat
from meteor.replay.scratch import City
from meteor.replay.year import plan_year
from meteor.store.moments import WIB
from meteor.territory.city_cells import CELL, REACH


def test_the_year_has_as_many_incidents_of_each_class_as_the_city_has_told(city: City) -> None:
    counted = Counter(each.kind for each in plan_year(city.cells, 1))
    assert counted == {
        "ambulance": 647, "traffic_accident": 120, "public_order": 94, "odgj": 71, "fire": 62, "fallen_pole": 59,
        "wasps": 46, "other": 201, "crime": 886,
    }  # fmt: skip


def test_all_of_it_happens_in_2023_in_the_order_of_its_numbers(city: City) -> None:
    year = plan_year(city.cells, 1)
    assert {each.at.astimezone(WIB).year for each in year} == {2023}
    assert [each.number for each in year] == list(range(2186))
    assert [each.at for each in year] == sorted(each.at for each in year)


def test_the_same_seed_plans_the_same_year_and_another_seed_another(city: City) -> None:
    assert plan_year(city.cells, 1) == plan_year(city.cells, 1) != plan_year(city.cells, 2)


def test_each_type_is_known_and_asks_for_units(city: City) -> None:
    assert all(city.types[each.type_code].plan for each in plan_year(city.cells, 1))


def test_crime_comes_at_night_more_often_than_illness(city: City) -> None:
    year = plan_year(city.cells, 1)

    def at_night(kind: str) -> float:
        hours = [each.at.astimezone(WIB).hour for each in year if each.kind == kind]
        return sum(hour < 5 or hour >= 20 for hour in hours) / len(hours)

    assert at_night("crime") > at_night("ambulance") + 0.1


def test_every_place_lies_in_a_cell_of_its_kelurahan_and_all_kelurahan_have_some(city: City) -> None:
    year = plan_year(city.cells, 1)
    centroids = {cell.nearest.kelurahan: cell.nearest for cell in city.cells}
    assert {each.kelurahan for each in year} == set(centroids)
    assert len(centroids) == 29
    for each in year:
        assert metres_flat(*each.place, *centroids[each.kelurahan].place) <= REACH + CELL
        assert each.kecamatan == centroids[each.kelurahan].kecamatan


def test_the_cells_cover_about_the_citys_55_square_kilometres(city: City) -> None:
    assert len(city.cells) * (CELL / 1000) ** 2 == 55.875
